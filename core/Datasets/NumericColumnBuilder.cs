using System.Runtime.CompilerServices;

namespace Serverless.Datasets;

/// <param name="isLabel">A label beyond float's range is refused; a feature's goes to the range's end.</param>
/// <param name="compact">Where all rows go in a large file, of which not all values are kept; else null.</param>
/// <param name="keepsAll">Keeps the values of all rows even so: they are the order of the rows.</param>
/// <param name="values">How many rows' values are expected to be kept; 0 where nothing is known of it.</param>
internal sealed class NumericColumnBuilder(
    string name, bool required, NumericRange? range, bool isLabel, CompactSlotBuilder? compact, bool keepsAll, int values)
    : ColumnBuilder(name, required)
{
    private readonly double _minimum = range?.Min ?? double.NegativeInfinity;
    private readonly double _maximum = range?.Max ?? double.PositiveInfinity;
    private BatchValues<float> _batch = new();
    private RowValues<float> _values = new(values);

    public override long Size => ((long)sizeof(float) * _values.Count) + (compact?.Size ?? 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Read(RowBatch batch, int place, int from, int to)
    {
        var read = _batch.For(batch);
        var lowest = isLabel ? Math.Max(_minimum, -float.MaxValue) : _minimum;
        var highest = isLabel ? Math.Min(_maximum, float.MaxValue) : _maximum;
        var fields = batch.Fields;
        for (var row = from; row < to; row++)
        {
            var text = fields[row, place];
            if (NumberText.TryParsePadded(text, out var number))
            {
                read[row] = NumberText.ToFloat(number);
                if (!(number >= lowest && number <= highest)) Faults.Add(row);
            }
            else
            {
                read[row] = float.NaN;
                if (Required || !MissingText.Is(text)) Faults.Add(row);
            }
        }
    }

    public override void Append(RowBatch batch)
    {
        ReadOnlySpan<float> read = _batch.Span;
        HasValue = HasValue || AnyNumber(read, batch.Good);
        compact?.Append(read, batch.Good);
        _values.Append(read, compact is null || keepsAll ? batch.Good : batch.Kept);
    }

    public override Column Build() => new NumericColumn(Name, _values.ToArray());

    public override CompactColumn? BuildCompact() => compact is null ? null : new CompactNumbers(Name, [compact.Build()]);

    protected override Fault ExplainValue(ReadOnlySpan<byte> text)
    {
        if (NumberText.IsInfinity(text)) return new Fault(AnomalyCodes.Infinite, "a finite number");
        if (!NumberText.TryParse(text, out var number)) return new Fault(AnomalyCodes.NotANumber, "a number");
        if (number < _minimum) return new Fault(AnomalyCodes.NumberTooSmall, $"at least {_minimum}");
        if (number > _maximum) return new Fault(AnomalyCodes.NumberTooBig, $"at most {_maximum}");
        return new Fault(
            number < 0 ? AnomalyCodes.NumberTooSmall : AnomalyCodes.NumberTooBig, "a number in the range of a float");
    }

    internal static bool AnyNumber(ReadOnlySpan<float> values, ReadOnlySpan<int> rows)
    {
        foreach (var row in rows)
        {
            if (!float.IsNaN(values[row])) return true;
        }

        return false;
    }
}
