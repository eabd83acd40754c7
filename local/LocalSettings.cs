using System.Text.Json.Nodes;
using Serverless.Local.Hosting;

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
}
