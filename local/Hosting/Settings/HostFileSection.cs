using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Hosting.Settings;

/// <summary>
/// One object of host.json. Errors name the setting's path, the expected and the found value.
/// </summary>
internal readonly struct HostFileSection
{
    private readonly JsonElement _object;
    private readonly string _path;

    /// <param name="element">An object; undefined if the section is absent.</param>
    /// <param name="path">Path with dots; empty for the root.</param>
    public HostFileSection(JsonElement element, string path)
    {
        if (element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            throw Wrong(path.Length == 0 ? "the file" : path, "an object", element);
        }

        _object = element;
        _path = path;
    }

    public HostFileSection Section(string name) => new(Find(name) ?? default, PathOf(name));

    public void RequireVersion2()
    {
        if (Find("version") is not { } version) return;
        if (version.ValueKind != JsonValueKind.String || !version.ValueEquals("2.0"))
        {
            throw Wrong("version", "\"2.0\"", version);
        }
    }

    public string Text(string name, string fallback)
    {
        if (Find(name) is not { } value) return fallback;
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Wrong(PathOf(name), "a string", value);
    }

    public int Number(string name, int fallback, int min, int max)
    {
        if (Find(name) is not { } value) return fallback;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            && number >= min && number <= max
            ? number
            : throw Wrong(PathOf(name), $"a whole number from {min} to {max}", value);
    }

    public TimeSpan Span(string name, TimeSpan fallback, TimeSpan min, TimeSpan max)
    {
        if (Find(name) is not { } value) return fallback;
        return TryParse(value, out var span) && span >= min && span <= max
            ? span
            : throw Wrong(PathOf(name), $"a time from {min:c} to {max:c}, as \"hh:mm:ss\"", value);
    }

    /// <summary>A positive time; null for "-1", which sets no limit.</summary>
    public TimeSpan? Timeout(string name, TimeSpan? fallback)
    {
        if (Find(name) is not { } value) return fallback;
        if (value.ValueKind == JsonValueKind.String && value.ValueEquals("-1")) return null;
        return TryParse(value, out var span) && span > TimeSpan.Zero && span <= TimeSpan.FromDays(24)
            ? span
            : throw Wrong(PathOf(name), "a time up to 24 days, as \"hh:mm:ss\", or \"-1\" for no limit", value);
    }

    public LogLevel Level(string name, LogLevel fallback)
    {
        if (Find(name) is not { } value) return fallback;
        return value.ValueKind == JsonValueKind.String
            && Enum.TryParse<LogLevel>(value.GetString(), ignoreCase: true, out var level) && Enum.IsDefined(level)
            ? level
            : throw Wrong(PathOf(name), $"one of {string.Join(", ", Enum.GetNames<LogLevel>())}", value);
    }

    private static bool TryParse(JsonElement value, out TimeSpan span)
    {
        span = default;
        // .NET would parse "30", without a colon, as thirty days.
        return value.ValueKind == JsonValueKind.String && value.GetString()!.Contains(':')
            && TimeSpan.TryParse(value.GetString(), CultureInfo.InvariantCulture, out span);
    }

    private JsonElement? Find(string name) =>
        _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out var value) ? value : null;

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private static HostStartException Wrong(string path, string expected, JsonElement found)
    {
        var text = found.GetRawText();
        if (text.Length > 60) text = text[..60] + "…";
        return new HostStartException($"host.json: {path} must be {expected}, found {text}.");
    }
}
