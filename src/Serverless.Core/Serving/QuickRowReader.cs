using System.Text;
using System.Text.Unicode;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>
/// Parses well-formed rows directly from the request's bytes into feature slots. Gives up on anything else (an escape,
/// an unknown field, an unfit value): then <see cref="CarefulRowReader"/> reads the body from its start and reports any
/// errors. Both give the same values for rows that both accept.
/// </summary>
internal ref struct QuickRowReader
{
    private readonly ServedModel _served;
    private readonly RowFields _fields;
    private readonly ReadOnlySpan<byte> _body;
    private readonly RequestRows _rows;
    private readonly FieldMarks _seen;
    private int _at;

    private QuickRowReader(ServedModel served, ReadOnlySpan<byte> body, RequestRows rows)
    {
        (_served, _fields, _rows) = (served, served.Fields, rows);
        _body = body;
        _seen = FieldMarks.OfThread(served.Signature.Features.Count);
    }

    /// <param name="body">An object, or an array of objects.</param>
    /// <returns>
    /// False to fall back to the careful reader; then the content of <paramref name="rows"/> is undefined.
    /// </returns>
    public static bool TryRead(ServedModel served, ReadOnlySpan<byte> body, int maxRows, RequestRows rows)
    {
        if (!Utf8.IsValid(body)) return false;
        var reader = new QuickRowReader(served, body, rows);
        return reader.TryBody(maxRows);
    }

    private bool TryBody(int maxRows)
    {
        JsonScan.SkipSpace(_body, ref _at);
        if (JsonScan.TryByte(_body, ref _at, (byte)'['))
        {
            do
            {
                JsonScan.SkipSpace(_body, ref _at);
                if (_rows.Count == maxRows || !TryRow()) return false;
                JsonScan.SkipSpace(_body, ref _at);
            }
            while (JsonScan.TryByte(_body, ref _at, (byte)','));
            if (!JsonScan.TryByte(_body, ref _at, (byte)']')) return false;
        }
        else if (!TryRow())
        {
            return false;
        }

        JsonScan.SkipSpace(_body, ref _at);
        return _at == _body.Length;
    }

    private bool TryRow()
    {
        var start = _at;
        if (!JsonScan.TryByte(_body, ref _at, (byte)'{')) return false;
        var slots = _rows.Add();
        _seen.Clear();
        JsonScan.SkipSpace(_body, ref _at);
        if (!JsonScan.TryByte(_body, ref _at, (byte)'}') && !TryFields(slots)) return false;

        foreach (var slot in _fields.RequiredSlots)
        {
            if (float.IsNaN(slots[slot])) return false;
        }

        _rows.SetPlace(_rows.Count - 1, start, _at);
        return true;
    }

    private bool TryFields(Span<float> slots)
    {
        var previous = -1;
        do
        {
            JsonScan.SkipSpace(_body, ref _at);
            previous = _fields.Read(_body, ref _at, previous);
            if (previous < 0) return false;
            JsonScan.SkipSpace(_body, ref _at);
            if (!JsonScan.TryByte(_body, ref _at, (byte)':')) return false;
            JsonScan.SkipSpace(_body, ref _at);
            var field = _fields[previous];
            if (field.Feature >= 0 && !_seen.TryMark(field.Feature)) return false;
            if (!TryValue(field, slots)) return false;
            JsonScan.SkipSpace(_body, ref _at);
        }
        while (JsonScan.TryByte(_body, ref _at, (byte)','));
        return JsonScan.TryByte(_body, ref _at, (byte)'}');
    }

    private bool TryValue(RowField field, Span<float> slots)
    {
        if (_at >= _body.Length) return false;
        if (_body[_at] == 'n')
        {
            if (field.Kind == RowFieldKind.Id) _rows.SetId(_rows.Count - 1, null);
            return JsonScan.TryLiteral(_body, ref _at, "null"u8);
        }

        return field.Kind switch
        {
            RowFieldKind.Number => TryNumber(field, slots),
            RowFieldKind.Boolean => TryBoolean(field, slots),
            RowFieldKind.Timestamp => TryTimestamp(field, slots),
            RowFieldKind.Text => TryCategory(field, slots),
            RowFieldKind.Id => TryId(),
            _ => TryScalar(out _),
        };
    }

    private bool TryNumber(RowField field, Span<float> slots)
    {
        if (!JsonScan.TryNumber(_body, ref _at, exact: field.Range is not null, out var value)
            || !double.IsFinite(value))
        {
            return false;
        }

        if (field.Range is { } range && (value < range.Min || value > range.Max)) return false;
        slots[field.Slot] = Utf8NumberParser.ToFloat(value);
        return true;
    }

    private bool TryBoolean(RowField field, Span<float> slots)
    {
        var isTrue = _body[_at] == 't';
        if (!JsonScan.TryLiteral(_body, ref _at, isTrue ? "true"u8 : "false"u8)) return false;
        slots[field.Slot] = SlotValues.FromBoolean(isTrue);
        return true;
    }

    private bool TryTimestamp(RowField field, Span<float> slots) =>
        JsonScan.TryText(_body, ref _at, out var text) && TimestampText.TryParse(text, out var ticks)
        && _served.Encoder.SetTimestamp(slots, field.Feature, ticks);

    private bool TryCategory(RowField field, Span<float> slots)
    {
        if (!TryScalar(out var text)) return false;
        if (MissingText.Is(text)) return true;
        return (field.Values is null || field.Values.Find(text) >= 0)
            && _served.Encoder.SetText(slots, field.Feature, text);
    }

    private bool TryId()
    {
        if (_body[_at] is (byte)'t' or (byte)'f' || !TryScalar(out var text)) return false;
        if (text.Length > RowValueReader.MaxIdBytes) return false;
        _rows.SetId(_rows.Count - 1, text.IsEmpty ? null : Encoding.UTF8.GetString(text));
        return true;
    }

    /// <summary>Scans a string's content, or a number or boolean as text.</summary>
    private bool TryScalar(out ReadOnlySpan<byte> text)
    {
        var start = _at;
        if (_body[_at] == '"') return JsonScan.TryText(_body, ref _at, out text);
        var fits = _body[_at] switch
        {
            (byte)'t' => JsonScan.TryLiteral(_body, ref _at, "true"u8),
            (byte)'f' => JsonScan.TryLiteral(_body, ref _at, "false"u8),
            _ => JsonScan.TryNumber(_body, ref _at, exact: false, out _),
        };
        text = fits ? _body[start.._at] : default;
        return fits;
    }
}
