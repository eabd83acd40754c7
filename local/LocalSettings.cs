using System.Text.Json;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local;

/// <summary>Reads app settings from <c>local.settings.json</c>, as the Functions tools do.</summary>
internal static class LocalSettings
{
    private static readonly string File = Path.Combine(AppContext.BaseDirectory, "local.settings.json");

    /// <exception cref="HostStartException">The file is missing or invalid.</exception>
    public static IReadOnlyDictionary<string, string?> Read()
    {
        try
        {
            using var json = JsonDocument.Parse(System.IO.File.ReadAllBytes(File));
            if (!json.RootElement.TryGetProperty("Values", out var values) || values.ValueKind != JsonValueKind.Object)
            {
                throw new HostStartException($"{File}: expected an object \"Values\", found none.");
            }

            var settings = new Dictionary<string, string?>();
            foreach (var value in values.EnumerateObject())
            {
                settings[value.Name] = value.Value.ValueKind == JsonValueKind.Null ? null : value.Value.ToString();
            }

            return settings;
        }
        catch (Exception e) when (e is IOException or JsonException or InvalidOperationException)
        {
            throw new HostStartException($"{File} cannot be read: {e.Message}", e);
        }
    }
}
