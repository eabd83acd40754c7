using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Hosting;

/// <summary>
/// One object of host.json. Every complaint names the setting's path, what was expected and what was found.
/// </summary>
internal readonly struct HostFileSection
{
    private readonly JsonElement _object;
    private readonly string _path;

    /// <param name="element">An object, or undefined where the section is absent.</param>
    /// <param name="path">Dotted; empty for the root.</param>
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

    public string Text(string name, string otherwise)
    {
        if (Find(name) is not { } value) return otherwise;
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Wrong(PathOf(name), "a string", value);
    }

    public int Number(string name, int otherwise, int minimum, int maximum)
    {
        if (Find(name) is not { } value) return otherwise;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            && number >= minimum && number <= maximum
            ? number
            : throw Wrong(PathOf(name), $"a whole number from {minimum} to {maximum}", value);
    }

    public TimeSpan Span(string name, TimeSpan otherwise, TimeSpan minimum, TimeSpan maximum)
    {
        if (Find(name) is not { } value) return otherwise;
        return TryParse(value, out var span) && span >= minimum && span <= maximum
            ? span
            : throw Wrong(PathOf(name), $"a time from {minimum:c} to {maximum:c}, as \"hh:mm:ss\"", value);
    }

    /// <summary>A time longer than zero; "-1" is null, without end.</summary>
    public TimeSpan? Timeout(string name, TimeSpan? otherwise)
    {
        if (Find(name) is not { } value) return otherwise;
        if (value.ValueKind == JsonValueKind.String && value.ValueEquals("-1")) return null;
        return TryParse(value, out var span) && span > TimeSpan.Zero && span <= TimeSpan.FromDays(24)
            ? span
            : throw Wrong(PathOf(name), "a time up to 24 days, as \"hh:mm:ss\", or \"-1\" for no end", value);
    }

    public LogLevel Level(string name, LogLevel otherwise)
    {
        if (Find(name) is not { } value) return otherwise;
        return value.ValueKind == JsonValueKind.String
            && Enum.TryParse<LogLevel>(value.GetString(), ignoreCase: true, out var level) && Enum.IsDefined(level)
            ? level
            : throw Wrong(PathOf(name), $"one of {string.Join(", ", Enum.GetNames<LogLevel>())}", value);
    }

    private static bool TryParse(JsonElement value, out TimeSpan span)
    {
        span = default;
        // Without a colon, .NET would take "30" for thirty days.
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
