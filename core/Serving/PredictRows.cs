using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Serverless.Datasets;

namespace Serverless.Serving;

/// <summary>The rows of one predict request, parsed straight from JSON into feature slots.</summary>
internal sealed class PredictRows(ServedModel served, int maxRows)
{
    private const int MaximumIdBytes = 200;

    private readonly int _width = served.Signature.Slots.Count;
    private readonly bool[] _seen = new bool[served.Signature.Features.Count];
    private readonly List<(string? Id, int Start, int End)> _rows = [];
    private float[] _slots = [];

    public List<FieldError> Errors { get; } = [];

    public int Count => _rows.Count;

    public ReadOnlySpan<float> Slots(int row) => _slots.AsSpan(row * _width, _width);

    /// <summary>The row's value of the model's id column, null where it has none.</summary>
    public string? Id(int row) => _rows[row].Id;

    /// <summary>Where in the body the row stands.</summary>
    public Range Source(int row) => _rows[row].Start.._rows[row].End;

    /// <returns>False where anything is wrong; <see cref="Errors"/> says what.</returns>
    public bool Parse(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            Fail("", "text in UTF-8", "bytes that are not");
            return false;
        }

        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 16 });
        try
        {
            ParseBody(ref reader);
            if (Errors.Count == 0 && reader.Read()) Fail("", "the end of the body", FieldWords.Found(ref reader));
        }
        catch (JsonException e)
        {
            Fail("", "JSON: an object, or an array of objects", FieldWords.Position(e));
        }
        catch (InvalidOperationException) when (reader.ValueIsEscaped)
        {
            // Half a surrogate pair is JSON, and no text.
            Fail("", "surrogates in pairs", $"one without the other, at byte {reader.TokenStartIndex + 1}");
        }

        return Errors.Count == 0;
    }

    private void ParseBody(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) return;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ParseRow(ref reader, "");
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (Errors.Count >= FieldError.Most) return;
                if (_rows.Count == maxRows)
                {
                    Fail("", $"at most {maxRows} rows", "more");
                    return;
                }

                var pointer = $"/{_rows.Count}";
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    ParseRow(ref reader, pointer);
                }
                else
                {
                    Fail(pointer, "an object", FieldWords.Found(ref reader));
                    reader.Skip();
                    _rows.Add(default);
                }
            }

            if (_rows.Count == 0) Fail("", "at least one row", "an empty array");
        }
        else
        {
            Fail("", "an object, or an array of objects", FieldWords.Found(ref reader));
            reader.Skip();
        }
    }

    private void ParseRow(ref Utf8JsonReader reader, string pointer)
    {
        var start = (int)reader.TokenStartIndex;
        var row = _rows.Count;
        if (_slots.Length < (row + 1) * _width) Array.Resize(ref _slots, Math.Max(_width, _slots.Length * 2));
        var slots = _slots.AsSpan(row * _width, _width);
        slots.Fill(float.NaN);
        Array.Clear(_seen);
        string? id = null;

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var feature = FeatureOf(ref reader);
            if (feature >= 0)
            {
                if (_seen[feature]) Fail(At(pointer, feature), "the field once", "it again");
                _seen[feature] = true;
                reader.Read();
                ParseValue(ref reader, pointer, feature, slots);
                continue;
            }

            var name = reader.GetString()!;
            reader.Read();
            if (name == served.Signature.Id) id = IdOf(ref reader, pointer, name);
            else if (IsKnown(name)) CheckIgnored(ref reader, pointer, name);
            else Fail($"{pointer}/{FieldWords.Token(name)}", FieldWords.Suggestion(name, served.Signature.Features.Select(f => f.Name)), "an unknown field");
            reader.Skip();
        }

        for (var f = 0; f < _seen.Length; f++)
        {
            var feature = served.Signature.Features[f];
            if (feature.Required && float.IsNaN(slots[served.Encoder.FirstSlot(f)]) && Errors.Count < FieldError.Most
                && !Errors.Exists(e => e.Pointer == At(pointer, f)))
            {
                Fail(At(pointer, f), $"a {FieldWords.TypeName(feature.Type)}, since the field is required", _seen[f] ? "null" : "nothing");
            }
        }

        _rows.Add((id, start, (int)reader.BytesConsumed));
    }

    private int FeatureOf(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return served.Encoder.FeatureIndex(reader.ValueSpan);
        var unescaped = new byte[reader.ValueSpan.Length];
        return served.Encoder.FeatureIndex(unescaped.AsSpan(0, reader.CopyString(unescaped)));
    }

    private void ParseValue(ref Utf8JsonReader reader, string pointer, int index, Span<float> slots)
    {
        var feature = served.Signature.Features[index];
        if (reader.TokenType == JsonTokenType.Null) return;
        var fits = feature.Type switch
        {
            ColumnType.Numeric => TryNumber(ref reader, pointer, index, slots),
            ColumnType.Boolean => TryBoolean(ref reader, index, slots),
            ColumnType.Timestamp => TryTimestamp(ref reader, index, slots),
            ColumnType.Categorical => TryText(ref reader, pointer, index, slots),
            _ => throw new InvalidOperationException($"Feature {feature.Name} has the unknown type {feature.Type}."),
        };
        if (fits) return;
        Fail(At(pointer, index), $"a {FieldWords.TypeName(feature.Type)} or null", FieldWords.Found(ref reader));
        reader.Skip();
    }

    private bool TryNumber(ref Utf8JsonReader reader, string pointer, int index, Span<float> slots)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var value) || !double.IsFinite(value))
        {
            return false;
        }

        if (served.Signature.Features[index].Range is { } range && (value < range.Min || value > range.Max))
        {
            Fail(At(pointer, index), FieldWords.Expected(range), FieldWords.Found(ref reader));
        }

        served.Encoder.SetNumber(slots, index, value);
        return true;
    }

    private bool TryBoolean(ref Utf8JsonReader reader, int index, Span<float> slots)
    {
        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return false;
        served.Encoder.SetBoolean(slots, index, reader.TokenType == JsonTokenType.True);
        return true;
    }

    private bool TryTimestamp(ref Utf8JsonReader reader, int index, Span<float> slots)
    {
        if (reader.TokenType != JsonTokenType.String || !TimestampText.TryParse(reader.ValueSpan, out var ticks)) return false;
        served.Encoder.SetTimestamp(slots, index, ticks);
        return true;
    }

    /// <summary>Codes such as postcodes may come as JSON numbers: they are taken as they are written.</summary>
    private bool TryText(ref Utf8JsonReader reader, string pointer, int index, Span<float> slots)
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
        if (served.Signature.Features[index].Values is { } allowed)
        {
            var value = Encoding.UTF8.GetString(text);
            if (!allowed.Contains(value))
            {
                Fail(At(pointer, index), $"one of {string.Join(", ", allowed.Take(10))}", FieldWords.Found(ref reader));
            }
        }

        served.Encoder.SetText(slots, index, text);
        return true;
    }

    private string? IdOf(ref Utf8JsonReader reader, string pointer, string name)
    {
        var fits = reader.TokenType is JsonTokenType.String or JsonTokenType.Number && reader.ValueSpan.Length <= MaximumIdBytes;
        if (!fits && reader.TokenType != JsonTokenType.Null)
        {
            Fail(
                $"{pointer}/{FieldWords.Token(name)}",
                $"a string or a number of at most {MaximumIdBytes} bytes, or null",
                FieldWords.Found(ref reader));
        }

        if (!fits || reader.ValueSpan.IsEmpty) return null;
        return reader.TokenType == JsonTokenType.String ? reader.GetString() : Encoding.UTF8.GetString(reader.ValueSpan);
    }

    /// <summary>What the model does not look at goes into the log all the same, so it has to be a value as in a file.</summary>
    private void CheckIgnored(ref Utf8JsonReader reader, string pointer, string name)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            Fail($"{pointer}/{FieldWords.Token(name)}", "a string, a number, a boolean or null", FieldWords.Found(ref reader));
        }
        else if (reader is { TokenType: JsonTokenType.String, ValueIsEscaped: true })
        {
            _ = reader.GetString(); // fails on half a surrogate pair
        }
    }

    private bool IsKnown(string name) => name == served.Signature.Label || served.Signature.Ignored.Contains(name);

    private void Fail(string pointer, string expected, string found)
    {
        if (Errors.Count < FieldError.Most) Errors.Add(new FieldError(pointer, expected, found));
    }

    private string At(string pointer, int feature) => $"{pointer}/{FieldWords.Token(served.Signature.Features[feature].Name)}";
}
