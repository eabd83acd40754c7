namespace Serverless.Datasets;

/// <param name="isLabel">A label beyond float's range is refused; a feature's goes to the range's end.</param>
internal sealed class NumericColumnBuilder(string name, bool required, NumericRange? range, bool isLabel)
    : ColumnBuilder(name, required)
{
    private readonly double _minimum = range?.Min ?? double.NegativeInfinity;
    private readonly double _maximum = range?.Max ?? double.PositiveInfinity;
    private RowValues<float> _values = new();

    public override int BytesPerRow => sizeof(float);

    public override bool TryRead(ReadOnlySpan<byte> text, ulong hash, int row)
    {
        if (NumberText.TryParse(text, out var number))
        {
            _values.Set(row, NumberText.ToFloat(number));
            return number >= _minimum && number <= _maximum && (!isLabel || Math.Abs(number) <= float.MaxValue);
        }

        _values.Set(row, float.NaN);
        return !Required && MissingText.Is(text);
    }

    public override Column Build(int rows) => new NumericColumn(Name, _values.ToArray(rows));

    protected override Fault ExplainValue(ReadOnlySpan<byte> text)
    {
        if (NumberText.IsInfinity(text)) return new Fault(AnomalyCodes.Infinite, "a finite number");
        if (!NumberText.TryParse(text, out var number)) return new Fault(AnomalyCodes.NotANumber, "a number");
        if (number < _minimum) return new Fault(AnomalyCodes.NumberTooSmall, $"at least {_minimum}");
        if (number > _maximum) return new Fault(AnomalyCodes.NumberTooBig, $"at most {_maximum}");
        return new Fault(
            number < 0 ? AnomalyCodes.NumberTooSmall : AnomalyCodes.NumberTooBig, "a number in the range of a float");
    }
}
