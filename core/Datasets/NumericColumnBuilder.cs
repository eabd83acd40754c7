namespace Serverless.Datasets;

/// <param name="isLabel">A label beyond float's range is refused; a feature's goes to the range's end.</param>
/// <param name="compact">Where all rows go in a large file, of which not all values are kept; else null.</param>
/// <param name="keepsAll">Keeps the values of all rows even so: they are the order of the rows.</param>
internal sealed class NumericColumnBuilder(
    string name, bool required, NumericRange? range, bool isLabel, CompactSlotBuilder? compact, bool keepsAll)
    : ColumnBuilder(name, required)
{
    private readonly double _minimum = range?.Min ?? double.NegativeInfinity;
    private readonly double _maximum = range?.Max ?? double.PositiveInfinity;
    private BatchValues<float> _batch = new();
    private RowValues<float> _values = new();

    public override long Size => ((long)sizeof(float) * _values.Count) + (compact?.Size ?? 0);

    public override void Read(RowBatch batch, int place)
    {
        Faults.Clear();
        var values = _batch.For(batch);
        var lowest = isLabel ? Math.Max(_minimum, -float.MaxValue) : _minimum;
        var highest = isLabel ? Math.Min(_maximum, float.MaxValue) : _maximum;
        for (var row = 0; row < batch.Count; row++)
        {
            var text = batch.Field(row, place);
            if (NumberText.TryParsePadded(text, out var number))
            {
                values[row] = NumberText.ToFloat(number);
                if (!(number >= lowest && number <= highest)) Faults.Add(row);
            }
            else
            {
                values[row] = float.NaN;
                if (Required || !MissingText.Is(text)) Faults.Add(row);
            }
        }
    }

    public override void Append(RowBatch batch)
    {
        ReadOnlySpan<float> values = _batch.Span;
        HasValue = HasValue || AnyNumber(values, batch.Good);
        compact?.Append(values, batch.Good);
        _values.Append(values, compact is null || keepsAll ? batch.Good : batch.Kept);
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
