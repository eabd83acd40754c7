using System.Text.Json.Nodes;
using Serverless.Local.Hosting;
using Serverless.Runs;
using Serverless.Serving;

namespace Serverless.Local;

/// <summary>App settings for a laptop, from the same <c>local.settings.json</c> that the Functions tools read.</summary>
internal static class LocalSettings
{
    private static readonly string File = Path.Combine(AppContext.BaseDirectory, "local.settings.json");

    /// <exception cref="HostStartException">The file is missing or is not as expected.</exception>
    public static IReadOnlyDictionary<string, string?> Read()
    {
        try
        {
            var values = JsonNode.Parse(System.IO.File.ReadAllText(File))?["Values"]?.AsObject()
                ?? throw new HostStartException($"{File}: expected an object \"Values\", found none.");
            return values.ToDictionary(v => v.Key, v => v.Value?.ToString());
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new HostStartException($"{File} cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="HostStartException">The setting is not as expected.</exception>
    public static TrainingOptions Training(HostSettings settings) =>
        Parse(settings, setting => TrainingOptions.Parse(setting(SettingNames.TrainingLimit)));

    /// <exception cref="HostStartException">A setting is not as expected.</exception>
    public static ServingOptions Serving(HostSettings settings) => Parse(settings, ServingOptions.Parse);

    private static T Parse<T>(HostSettings settings, Func<Func<string, string?>, T> parse)
    {
        try
        {
            // The environment wins, as it does for every setting.
            return parse(name => Environment.GetEnvironmentVariable(name) ?? settings.Values.GetValueOrDefault(name));
        }
        catch (FormatException e)
        {
            throw new HostStartException(e.Message, e);
        }
    }
}
