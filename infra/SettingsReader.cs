using System.Globalization;
using System.Text.Json;

namespace Serverless.Infra;

/// <summary>Reads one setting at a time and notes what is wrong with it.</summary>
internal sealed class SettingsReader(Func<string, string?> read)
{
    private readonly List<string> _wrong = [];

    public string Text(string name, string absent) => read(name) is { Length: > 0 } text ? text : absent;

    public T OneOf<T>(string name, T absent, IReadOnlyList<T> allowed) where T : notnull
    {
        if (read(name) is not { } text) return absent;
        foreach (var value in allowed)
        {
            if (string.Equals(string.Create(CultureInfo.InvariantCulture, $"{value}"), text, StringComparison.Ordinal))
            {
                return value;
            }
        }

        return Wrong(name, $"one of {string.Join(", ", allowed)}", text, absent);
    }

    public int Integer(string name, int absent, int least, int most) => Integer(name, least, most) ?? absent;

    public int? Integer(string name, int least, int most)
    {
        if (read(name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= least
            && value <= most
            ? value
            : Wrong(name, $"a whole number from {least} to {most}", text, default(int?));
    }

    public double? Number(string name, double least, double most)
    {
        if (read(name) is not { } text) return null;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value >= least
            && value <= most
            ? value
            : Wrong(
                name,
                string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"),
                text,
                default(double?));
    }

    public TimeSpan Time(string name, TimeSpan absent, TimeSpan least, TimeSpan most)
    {
        if (read(name) is not { } text) return absent;
        return TimeSpan.TryParseExact(text, "hh\\:mm\\:ss", CultureInfo.InvariantCulture, out var value)
            && value >= least
            && value <= most
            ? value
            : Wrong(name, $"hh:mm:ss from {least:c} to {most:c}", text, absent);
    }

    public bool Switch(string name) => read(name) switch
    {
        null or "false" => false,
        "true" => true,
        var text => Wrong(name, "true or false", text, false),
    };

    /// <summary>Six fields of digits and NCRONTAB's signs; the Functions host checks the rest when it starts.</summary>
    public string Schedule(string name, string absent)
    {
        if (read(name) is not { } text) return absent;
        var fields = text.Split(' ');
        return fields.Length == 6
            && fields.All(
                f => f.Length > 0 && f.All(c => char.IsAsciiLetterOrDigit(c) || c is '*' or '/' or ',' or '-'))
            ? text
            : Wrong(name, "NCRONTAB with six fields, seconds first", text, absent);
    }

    public IReadOnlyList<string> List(string name, int least, string expected, Func<string, bool> isValid)
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
                return Wrong(name, "a list of text", text, values);
            }
        }

        if (values.Length < least) return Wrong(name, $"at least {least} entry: {expected}", "none", values);
        foreach (var value in values)
        {
            if (!isValid(value)) _ = Wrong(name, expected, value, value);
        }

        return values;
    }

    /// <summary>For a setting that was removed: a stack that still has it must not believe that it works.</summary>
    public void RequireAbsent(string name)
    {
        if (read(name) is { } text) _ = Wrong(name, "it to be removed, since it has no effect any more", text, text);
    }

    public void ThrowIfWrong()
    {
        if (_wrong.Count > 0) throw new SettingsException(string.Join(Environment.NewLine, _wrong));
    }

    private T Wrong<T>(string name, string expected, string found, T stand)
    {
        _wrong.Add($"serverless:{name}: expected {expected}, found '{found}'.");
        return stand;
    }
}

internal sealed class SettingsException(string message) : Exception(message);
