using System.Text;
using System.Text.Json;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>What a single field may hold.</summary>
internal sealed partial class CarefulRowReader
{
    private void ReadValue(ref Utf8JsonReader reader, int index, string name)
    {
        if (index < 0)
        {
            FailUnknown(At(name), name);
            reader.Skip();
            return;
        }

        var field = served.Fields[index];
        if (field.Feature >= 0 && _form != Form.Columns && !_seen.TryMark(field.Feature)) Fail(At(name), "the field once", "it again");
        if (field.Kind == RowFieldKind.Id) rows.SetId(_row, IdOf(ref reader, name));
        else if (field.Kind == RowFieldKind.Ignored) CheckIgnored(ref reader, name);
        else ReadFeature(ref reader, field, name);
        reader.Skip();
    }

    private void ReadFeature(ref Utf8JsonReader reader, RowField field, string name)
    {
        if (reader.TokenType == JsonTokenType.Null) return;
        var slots = rows.Slots(_row);
        var fits = field.Kind switch
        {
            RowFieldKind.Number => TryNumber(ref reader, field, name, slots),
            RowFieldKind.Boolean => TryBoolean(ref reader, field, slots),
            RowFieldKind.Timestamp => TryTimestamp(ref reader, field, slots),
            _ => TryText(ref reader, field, name, slots),
        };
        if (fits) return;
        var type = served.Signature.Features[field.Feature].Type;
        Fail(At(name), $"a {RequestErrorText.TypeName(type)} or null", RequestErrorText.Found(ref reader));
    }

    private bool TryNumber(ref Utf8JsonReader reader, RowField field, string name, Span<float> slots)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var value) || !double.IsFinite(value))
        {
            return false;
        }

        if (field.Range is { } range && (value < range.Min || value > range.Max))
        {
            Fail(At(name), RequestErrorText.Expected(range), RequestErrorText.Found(ref reader));
        }

        served.Encoder.SetNumber(slots, field.Feature, value);
        return true;
    }

    private bool TryBoolean(ref Utf8JsonReader reader, RowField field, Span<float> slots)
    {
        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return false;
        served.Encoder.SetBoolean(slots, field.Feature, reader.TokenType == JsonTokenType.True);
        return true;
    }

    private bool TryTimestamp(ref Utf8JsonReader reader, RowField field, Span<float> slots)
    {
        if (reader.TokenType != JsonTokenType.String || !TimestampText.TryParse(reader.ValueSpan, out var ticks)) return false;
        served.Encoder.SetTimestamp(slots, field.Feature, ticks);
        return true;
    }

    /// <summary>Codes such as postcodes may come as JSON numbers: they are taken as they are written.</summary>
    private bool TryText(ref Utf8JsonReader reader, RowField field, string name, Span<float> slots)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False))
        {
            return false;
        }

        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            var unescaped = new byte[text.Length];
            text = unescaped.AsSpan(0, reader.CopyString(unescaped));
        }

        // A missing value is spelt here as it is in the files that the model learned from.
        if (MissingText.Is(text)) return true;
        if (field.Values is { } allowed && allowed.Find(text) < 0)
        {
            var values = served.Signature.Features[field.Feature].Values!;
            Fail(At(name), $"one of {string.Join(", ", values.Take(10))}", RequestErrorText.Found(ref reader));
        }

        served.Encoder.SetText(slots, field.Feature, text);
        return true;
    }

    private string? IdOf(ref Utf8JsonReader reader, string name)
    {
        var fits = reader.TokenType is JsonTokenType.String or JsonTokenType.Number && reader.ValueSpan.Length <= MaximumIdBytes;
        if (!fits && reader.TokenType != JsonTokenType.Null)
        {
            Fail(At(name), $"a string or a number of at most {MaximumIdBytes} bytes, or null", RequestErrorText.Found(ref reader));
        }

        if (!fits || reader.ValueSpan.IsEmpty) return null;
        return reader.TokenType == JsonTokenType.String ? reader.GetString() : Encoding.UTF8.GetString(reader.ValueSpan);
    }

    /// <summary>What the model does not look at goes into the log all the same, so it has to be a value as in a file.</summary>
    private void CheckIgnored(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            Fail(At(name), "a string, a number, a boolean or null", RequestErrorText.Found(ref reader));
        }
        else if (reader is { TokenType: JsonTokenType.String, ValueIsEscaped: true })
        {
            _ = reader.GetString(); // fails on half a surrogate pair
        }
    }
}
