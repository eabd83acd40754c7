using System.Runtime.CompilerServices;
using System.Text;
using Serverless.Csv.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>Puts one feature's fields into slots, by the rules by which training accepts and reads them.</summary>
internal sealed class BatchFeature
{
    private readonly RowEncoder _encoder;
    private readonly int _index;
    private readonly SignatureFeature _feature;
    private readonly ColumnBuilder _rules;
    private readonly double _minimum;
    private readonly double _maximum;
    private readonly HashSet<string>? _allowed;

    public BatchFeature(RowEncoder encoder, SignatureFeature feature, int index, int place)
    {
        (_encoder, _feature, _index, Place) = (encoder, feature, index, place);
        Slot = encoder.FirstSlot(index);
        _minimum = feature.Range?.Min ?? double.NegativeInfinity;
        _maximum = feature.Range?.Max ?? double.PositiveInfinity;
        (Lowest, Highest) = (Math.Max(_minimum, -float.MaxValue), Math.Min(_maximum, float.MaxValue));
        _allowed = feature.Values is null ? null : [.. feature.Values];
        var (name, required) = (feature.Name, feature.Required);
        _rules = feature.Type switch
        {
            ColumnType.Numeric => new NumericColumnBuilder(
                name, required, feature.Range, isLabel: false, compact: null, keepsAll: false, values: 0),
            ColumnType.Boolean => new BooleanColumnBuilder(name, required, compact: null, values: 0),
            ColumnType.Timestamp => new TimestampColumnBuilder(
                name, required, compact: null, keepsAll: false, values: 0),
            _ => new CategoricalColumnBuilder(name, required, feature.Values, compact: null, values: 0),
        };
    }

    /// <summary>Index of the field.</summary>
    public int Place { get; }

    /// <summary>Of a number.</summary>
    public int Slot { get; }

    public bool IsNumeric => _feature.Type == ColumnType.Numeric;

    /// <summary>Of the numbers that are taken as they are: those of its range that are floats too.</summary>
    public double Lowest { get; }

    public double Highest { get; }

    /// <param name="slots">The row's; what is not set is missing.</param>
    /// <param name="text">At least 16 readable bytes follow it.</param>
    /// <returns>False where the field makes the row bad; see <see cref="Explain"/>.</returns>
    public bool TrySet(Span<float> slots, ReadOnlySpan<byte> text)
    {
        switch (_feature.Type)
        {
            case ColumnType.Numeric:
                if (!Utf8NumberParser.TryParsePadded(text, out var number)) break;
                slots[Slot] = Utf8NumberParser.ToFloat(number);
                return number >= _minimum && number <= _maximum;
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
