using System.Globalization;
using System.Text.Json;

namespace Serverless.Infra;

/// <summary>Reads settings one by one and collects what is wrong with them.</summary>
internal sealed class SettingsReader(Func<string, string?> read)
{
    private readonly List<string> _wrong = [];

    public string Text(string name, string fallback) => read(name) is { Length: > 0 } text ? text : fallback;

    public T OneOf<T>(string name, T fallback, IReadOnlyList<T> allowed) where T : notnull
    {
        if (read(name) is not { } text) return fallback;
        foreach (var value in allowed)
        {
            if (string.Equals(string.Create(CultureInfo.InvariantCulture, $"{value}"), text, StringComparison.Ordinal))
            {
                return value;
            }
        }

        return Wrong(name, $"one of {string.Join(", ", allowed)}", text, fallback);
    }

    public int Integer(string name, int fallback, int min, int max) => Integer(name, min, max) ?? fallback;

    public int? Integer(string name, int min, int max)
    {
        if (read(name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= min
            && value <= max
            ? value
            : Wrong(name, $"a whole number from {min} to {max}", text, default(int?));
    }

    public double? Number(string name, double min, double max)
    {
        if (read(name) is not { } text) return null;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value >= min
            && value <= max
            ? value
            : Wrong(
                name,
                string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"),
                text,
                default(double?));
    }

    public TimeSpan Time(string name, TimeSpan fallback, TimeSpan min, TimeSpan max)
    {
        if (read(name) is not { } text) return fallback;
        return TimeSpan.TryParseExact(text, "hh\\:mm\\:ss", CultureInfo.InvariantCulture, out var value)
            && value >= min
            && value <= max
            ? value
            : Wrong(name, $"hh:mm:ss from {min:c} to {max:c}", text, fallback);
    }

    public bool Switch(string name) => read(name) switch
    {
        null or "false" => false,
        "true" => true,
        var text => Wrong(name, "true or false", text, false),
    };

    /// <summary>
    /// Checks for six fields of NCRONTAB's characters. The Functions host checks the rest when it starts.
    /// </summary>
    public string Schedule(string name, string fallback)
    {
        if (read(name) is not { } text) return fallback;
        var fields = text.Split(' ');
        return fields.Length == 6
            && fields.All(
                f => f.Length > 0 && f.All(c => char.IsAsciiLetterOrDigit(c) || c is '*' or '/' or ',' or '-'))
            ? text
            : Wrong(name, "NCRONTAB with six fields, seconds first", text, fallback);
    }

    public IReadOnlyList<string> List(string name, int min, string expected, Func<string, bool> isValid)
    {
        string[] values = [];
        if (read(name) is { } text)
        {
            try
            {
                values = JsonSerializer.Deserialize<string[]>(text) ?? values;
            }
            catch (JsonException)
            {
                return Wrong(name, "a list of strings", text, values);
            }
        }

        if (values.Length < min) return Wrong(name, $"at least {min} entry: {expected}", "none", values);
        foreach (var value in values)
        {
            if (!isValid(value)) _ = Wrong(name, expected, value, value);
        }

        return values;
    }

    /// <summary>Refuses a setting that was removed, instead of ignoring it silently.</summary>
    public void RequireAbsent(string name)
    {
        if (read(name) is { } text) _ = Wrong(name, "no such setting, because it has no effect any more", text, text);
    }

    public void ThrowIfWrong()
    {
        if (_wrong.Count > 0) throw new SettingsException(string.Join(Environment.NewLine, _wrong));
    }

    private T Wrong<T>(string name, string expected, string found, T fallback)
    {
        _wrong.Add($"serverless:{name}: expected {expected}, found '{found}'.");
        return fallback;
    }
}

internal sealed class SettingsException(string message) : Exception(message);
