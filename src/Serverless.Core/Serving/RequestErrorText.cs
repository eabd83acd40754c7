using System.Text;
using System.Text.Json;
using Serverless.Learning.Definition;

namespace Serverless.Core.Serving;

/// <summary>Words what was expected and found in a request.</summary>
public static class RequestErrorText
{
    private const int MaxCharacters = 80;

    public static string TypeName(ColumnType type) => type switch
    {
        ColumnType.Numeric => "finite number",
        ColumnType.Boolean => "boolean",
        ColumnType.Timestamp => "timestamp such as \"2026-01-31T08:15:00Z\"",
        _ => "string",
    };

    /// <summary>What is expected in place of a missing required value.</summary>
    public static string Required(ColumnType type) => $"a {TypeName(type)}, since the field is required";

    /// <summary>Describes the reader's current value.</summary>
    public static string Found(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => $"the string \"{Shorten(reader.GetString()!)}\"",
        JsonTokenType.Number => $"the number {Shorten(Encoding.UTF8.GetString(reader.ValueSpan))}",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Null => "null",
        _ => reader.TokenType.ToString(),
    };

    public static string Expected(NumericRange range) =>
        $"{range.Min?.ToString() ?? "−∞"} to {range.Max?.ToString() ?? "∞"}";

    /// <summary>Suggests a name for one that no feature has.</summary>
    public static string Suggestion(string name, IEnumerable<string> names)
    {
        var close = names.FirstOrDefault(n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase))
            ?? names.FirstOrDefault(n => n.Contains(name, StringComparison.OrdinalIgnoreCase)
                || name.Contains(n, StringComparison.OrdinalIgnoreCase));
        return close is not null ? $"'{close}' perhaps" : $"a field of the model ({string.Join(", ", names.Take(20))})";
    }

    /// <summary>Escapes a name as a reference token of a JSON pointer (RFC 6901).</summary>
    public static string Token(string name) =>
        Shorten(name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string Position(JsonException e) =>
        $"an error at line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}: {Reason(e)}";

    /// <summary>The exception's message without its position.</summary>
    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? e.Message : e.Message[..end];
    }

    /// <summary>Quotes the caller's text up to a max length.</summary>
    public static string Shorten(string text) =>
        text.Length <= MaxCharacters ? text : text[..(MaxCharacters - 1)] + "…";
}
