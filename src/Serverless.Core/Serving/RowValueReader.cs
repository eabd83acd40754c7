using System.Text;
using System.Text.Json;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>Parses the value of one field into a row.</summary>
/// <param name="served">The version whose fields are read.</param>
public readonly ref struct RowValueReader(ServedModel served, RequestRows rows)
{
    /// <summary>Max bytes of the id of a row or a request, as written.</summary>
    public const int MaxIdBytes = 200;

    /// <param name="reader">Positioned on the value; not advanced.</param>
    /// <returns>What was expected; null if the value fits.</returns>
    /// <exception cref="InvalidOperationException">A text contains half a surrogate pair.</exception>
    public string? Read(ref Utf8JsonReader reader, RowField field, int row) => field.Kind switch
    {
        RowFieldKind.Id => ReadId(ref reader, row),
        RowFieldKind.Ignored => CheckIgnored(ref reader),
        _ when reader.TokenType == JsonTokenType.Null => null,
        RowFieldKind.Number => ReadNumber(ref reader, field, row),
        RowFieldKind.Boolean => ReadBoolean(ref reader, field, row),
        RowFieldKind.Timestamp => ReadTimestamp(ref reader, field, row),
        _ => ReadText(ref reader, field, row),
    };

    /// <summary>Sets a category or a text. One that means a missing value, such as NA, leaves it missing.</summary>
    /// <param name="text">UTF-8, unquoted and unescaped.</param>
    /// <returns>What was expected; null if the value fits.</returns>
    public string? SetText(RowField field, int row, ReadOnlySpan<byte> text)
    {
        // Missing values are spelt as in training files.
        if (MissingText.Is(text)) return null;
        served.Encoder.SetText(rows.Slots(row), field.Feature, text);
        if (field.Values is not { } allowed || allowed.Find(text) >= 0) return null;
        return $"one of {string.Join(", ", served.Signature.Features[field.Feature].Values!.Take(10))}";
    }

    private string? ReadNumber(ref Utf8JsonReader reader, RowField field, int row)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var value) || !double.IsFinite(value))
        {
            return Expected(field);
        }

        served.Encoder.SetNumber(rows.Slots(row), field.Feature, value);
        if (field.Range is not { } range || (!(value < range.Min) && !(value > range.Max))) return null;
        return RequestErrorText.Expected(range);
    }

    private string? ReadBoolean(ref Utf8JsonReader reader, RowField field, int row)
    {
        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return Expected(field);
        served.Encoder.SetBoolean(rows.Slots(row), field.Feature, reader.TokenType == JsonTokenType.True);
        return null;
    }

    private string? ReadTimestamp(ref Utf8JsonReader reader, RowField field, int row)
    {
        if (reader.TokenType != JsonTokenType.String || !TimestampText.TryParse(reader.ValueSpan, out var ticks))
        {
            return Expected(field);
        }

        served.Encoder.SetTimestamp(rows.Slots(row), field.Feature, ticks);
        return null;
    }

    /// <summary>Reads a category or a text. Codes may be JSON numbers, which are taken literally.</summary>
    private string? ReadText(ref Utf8JsonReader reader, RowField field, int row)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) return Expected(field);

        if (!reader.ValueIsEscaped) return SetText(field, row, reader.ValueSpan);
        var unescaped = new byte[reader.ValueSpan.Length];
        return SetText(field, row, unescaped.AsSpan(0, reader.CopyString(unescaped)));
    }

    private string? ReadId(ref Utf8JsonReader reader, int row)
    {
        var isText = reader.TokenType is JsonTokenType.String or JsonTokenType.Number;
        var fits = isText && reader.ValueSpan.Length <= MaxIdBytes;
        if (!fits || reader.ValueSpan.IsEmpty) rows.SetId(row, null);
        else if (reader.TokenType == JsonTokenType.String) rows.SetId(row, reader.GetString());
        else rows.SetId(row, Encoding.UTF8.GetString(reader.ValueSpan));
        return fits || reader.TokenType == JsonTokenType.Null
            ? null
            : $"a string or a number of at most {MaxIdBytes} bytes, or null";
    }

    /// <summary>Checks a value that the model ignores but the log stores, and a file must be able to hold.</summary>
    private static string? CheckIgnored(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            return "a string, a number, a boolean or null";
        }

        if (reader is { TokenType: JsonTokenType.String, ValueIsEscaped: true })
        {
            _ = reader.GetString(); // fails on half a surrogate pair
        }

        return null;
    }

    private string Expected(RowField field) =>
        $"a {RequestErrorText.TypeName(served.Signature.Features[field.Feature].Type)} or null";
}
