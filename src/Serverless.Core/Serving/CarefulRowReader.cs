using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Serverless.Learning.Features;

namespace Serverless.Core.Serving;

/// <summary>
/// Reads the bodies that the quick reader cannot, and reports the position, the expected and the found value of each
/// error. Accepts an object, an array of objects, or columns: <c>{"columns": {"x": [1, 2], "colour": ["red",
/// null]}}</c>.
/// </summary>
internal sealed class CarefulRowReader(ServedModel served, int maxRows, RequestRows rows)
{
    private const string Shapes = "an object, or an array of objects";

    private readonly FieldMarks _seen = FieldMarks.OfThread(served.Signature.Features.Count);
    private Form _form;
    private int _row;

    private enum Form { Object, Array, Columns }

    public List<FieldError> Errors { get; } = [];

    /// <returns>False if there are <see cref="Errors"/>.</returns>
    public bool Read(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            Fail("", "text in UTF-8", "invalid bytes");
            return false;
        }

        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 16 });
        try
        {
            ReadBody(ref reader);
            if (Errors.Count == 0 && reader.Read()) Fail("", "the end of the body", RequestErrorText.Found(ref reader));
        }
        catch (JsonException e)
        {
            Fail("", $"JSON: {Shapes}", RequestErrorText.Position(e));
        }
        catch (InvalidOperationException) when (Surrogates.FindLone(body) is { } lone)
        {
            Errors.Add(lone);
        }

        return Errors.Count == 0;
    }

    private void ReadBody(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) return;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when IsColumns(reader):
                _form = Form.Columns;
                ReadColumns(ref reader);
                break;
            case JsonTokenType.StartObject:
                ReadRow(ref reader);
                break;
            case JsonTokenType.StartArray:
                _form = Form.Array;
                ReadArray(ref reader);
                break;
            default:
                Fail("", Shapes, RequestErrorText.Found(ref reader));
                reader.Skip();
                break;
        }
    }

    private void ReadArray(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (Errors.Count >= FieldError.MaxCount || !MayAdd()) return;
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadRow(ref reader);
            }
            else
            {
                Fail($"/{rows.Count}", "an object", RequestErrorText.Found(ref reader));
                reader.Skip();
                rows.Add();
            }
        }

        if (rows.Count == 0) Fail("", "at least one row", "an empty array");
    }

    private void ReadRow(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        _row = rows.Count;
        rows.Add();
        _seen.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref reader, out var name);
            reader.Read();
            ReadValue(ref reader, field, name);
        }

        for (var f = 0; f < served.Signature.Features.Count; f++) RequireFeature(f);
        rows.SetPlace(_row, start, (int)reader.BytesConsumed);
    }

    /// <summary>
    /// Whether the object holds columns: its first field is named so and is an object, which no value of a row is.
    /// </summary>
    private static bool IsColumns(Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("columns"u8)
        && reader.Read() && reader.TokenType == JsonTokenType.StartObject;

    private void ReadColumns(ref Utf8JsonReader reader)
    {
        var places = new JsonColumns();
        rows.Columns = places;
        var isFirst = true;
        reader.Read();
        reader.Read();
        _seen.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Errors.Count >= FieldError.MaxCount) return;
            var values = places.Add((int)reader.TokenStartIndex);
            var field = FieldOf(ref reader, out var name);
            reader.Read();
            if (field < 0)
            {
                FailUnknown($"/columns/{RequestErrorText.Token(name)}", name);
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.StartArray)
            {
                if (!ReadColumn(ref reader, field, name, values, isFirst)) return;
                isFirst = false;
            }
            else
            {
                Fail(
                    $"/columns/{RequestErrorText.Token(name)}",
                    "an array of values",
                    RequestErrorText.Found(ref reader));
                reader.Skip();
            }
        }

        reader.Read();
        if (reader.TokenType != JsonTokenType.EndObject)
        {
            Fail("", "no field but \"columns\"", RequestErrorText.Found(ref reader));
        }

        if (rows.Count == 0 && Errors.Count == 0) Fail("/columns", "at least one row", "none");
        for (_row = 0; _row < rows.Count && Errors.Count < FieldError.MaxCount; _row++)
        {
            for (var f = 0; f < served.Signature.Features.Count; f++) RequireFeature(f);
        }
    }

    /// <returns>False to stop reading.</returns>
    private bool ReadColumn(ref Utf8JsonReader reader, int field, string name, List<int> values, bool isFirst)
    {
        for (_row = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; _row++)
        {
            if (Errors.Count >= FieldError.MaxCount) return false;
            if (isFirst)
            {
                if (!MayAdd()) return false;
                rows.Add();
            }
            else if (_row == rows.Count)
            {
                Fail(
                    $"/columns/{RequestErrorText.Token(name)}",
                    $"{rows.Count} values, as the first column has",
                    "more");
                return false;
            }

            // Marks are per column here, not per row: a repeated column is found below.
            values.Add((int)reader.TokenStartIndex);
            ReadValue(ref reader, field, name);
        }

        if (_row < rows.Count)
        {
            Fail(
                $"/columns/{RequestErrorText.Token(name)}", $"{rows.Count} values, as the first column has", $"{_row}");
        }

        if (served.Fields[field].Feature is var feature and >= 0 && !_seen.TryMark(feature))
        {
            Fail($"/columns/{RequestErrorText.Token(name)}", "each column once", "a duplicate");
        }

        return true;
    }

    private void ReadValue(ref Utf8JsonReader reader, int index, string name)
    {
        if (index < 0)
        {
            FailUnknown(At(name), name);
            reader.Skip();
            return;
        }

        var field = served.Fields[index];
        if (field.Feature >= 0 && _form != Form.Columns && !_seen.TryMark(field.Feature))
        {
            Fail(At(name), "each field once", "a duplicate");
        }

        if (new RowValueReader(served, rows).Read(ref reader, field, _row) is { } expected)
        {
            Fail(At(name), expected, RequestErrorText.Found(ref reader));
        }

        reader.Skip();
    }

    private bool MayAdd()
    {
        if (rows.Count < maxRows) return true;
        Fail("", $"at most {maxRows} rows", "more");
        return false;
    }

    private void RequireFeature(int index)
    {
        var feature = served.Signature.Features[index];
        if (!feature.Required || Errors.Count >= FieldError.MaxCount) return;
        if (!float.IsNaN(rows.Slots(_row)[served.Encoder.FirstSlot(index)])) return;
        var pointer = At(feature.Name);
        if (Errors.Exists(e => e.Pointer == pointer)) return;
        Fail(pointer, RequestErrorText.Required(feature.Type), _seen.Has(index) ? "null" : "nothing");
    }

    private int FieldOf(ref Utf8JsonReader reader, out string name)
    {
        name = reader.GetString()!;
        return served.Fields.Find(name);
    }

    private void FailUnknown(string pointer, string name) =>
        Fail(
            pointer,
            RequestErrorText.Suggestion(name, served.Signature.Features.Select(f => f.Name)),
            "an unknown field");

    private void Fail(string pointer, string expected, string found)
    {
        if (Errors.Count < FieldError.MaxCount) Errors.Add(new FieldError(pointer, expected, found));
    }

    /// <summary>JSON pointer to the current value of a field.</summary>
    private string At(string name) => _form switch
    {
        Form.Object => $"/{RequestErrorText.Token(name)}",
        Form.Array => $"/{_row}/{RequestErrorText.Token(name)}",
        _ => $"/columns/{RequestErrorText.Token(name)}/{_row}",
    };
}
