using System.Runtime.CompilerServices;
using System.Text;
using Serverless.Csv.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>Parses one feature's fields into slots, by the same rules as training.</summary>
internal sealed class BatchFeature
{
    private readonly RowEncoder _encoder;
    private readonly int _index;
    private readonly SignatureFeature _feature;
    private readonly ColumnBuilder _rules;
    private readonly double _min;
    private readonly double _max;
    private readonly HashSet<string>? _allowed;

    public BatchFeature(RowEncoder encoder, SignatureFeature feature, int index, int place)
    {
        (_encoder, _feature, _index, Place) = (encoder, feature, index, place);
        Slot = encoder.FirstSlot(index);
        _min = feature.Range?.Min ?? double.NegativeInfinity;
        _max = feature.Range?.Max ?? double.PositiveInfinity;
        (Lowest, Highest) = (Math.Max(_min, -float.MaxValue), Math.Min(_max, float.MaxValue));
        _allowed = feature.Values is null ? null : [.. feature.Values];
        var (name, required) = (feature.Name, feature.Required);
        _rules = feature.Type switch
        {
            ColumnType.Numeric => new NumericColumnBuilder(
                name, required, feature.Range, isLabel: false, binned: null, keepsAll: false, values: 0),
            ColumnType.Boolean => new BooleanColumnBuilder(
                name, required, format: null, binned: null, values: 0),
            ColumnType.Timestamp => new TimestampColumnBuilder(
                name, required, binned: null, keepsAll: false, values: 0),
            _ => new CategoricalColumnBuilder(name, required, feature.Values, allCodes: null, values: 0),
        };
    }

    /// <summary>Index of the field.</summary>
    public int Place { get; }

    /// <summary>Slot of a numeric feature.</summary>
    public int Slot { get; }

    public bool IsNumeric => _feature.Type == ColumnType.Numeric;

    /// <summary>Range of numbers stored unchanged: the feature's range, cut to that of float.</summary>
    public double Lowest { get; }

    public double Highest { get; }

    /// <param name="slots">The row's slots; unset ones are missing.</param>
    /// <param name="text">Followed by at least 16 readable bytes.</param>
    /// <returns>False if the field makes the row bad; see <see cref="Explain"/>.</returns>
    public bool TrySet(Span<float> slots, ReadOnlySpan<byte> text)
    {
        switch (_feature.Type)
        {
            case ColumnType.Numeric:
                if (!Utf8NumberParser.TryParsePadded(text, out var number)) break;
                slots[Slot] = Utf8NumberParser.ToFloat(number);
                return number >= _min && number <= _max;
            case ColumnType.Boolean:
                if (!BooleanText.TryParse(text, out var truth)) break;
                return _encoder.SetBoolean(slots, _index, truth);
            case ColumnType.Timestamp:
                if (!TimestampText.TryParse(text, out var ticks)) break;
                return _encoder.SetTimestamp(slots, _index, ticks);
            default:
                if (MissingText.Is(text)) break;
                _encoder.SetText(slots, _index, text);
                return _allowed is null || _allowed.Contains(Encoding.UTF8.GetString(text));
        }

        return !_feature.Required && MissingText.Is(text);
    }

    public Anomaly Explain(ReadOnlySpan<byte> text, long line)
    {
        var fault = _rules.Explain(text);
        return new Anomaly(
            fault.Code, AnomalySeverity.Error, _feature.Name, line, fault.Expected, FieldText.Show(text));
    }
}
