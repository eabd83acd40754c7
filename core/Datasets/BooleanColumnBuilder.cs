namespace Serverless.Datasets;

internal sealed class BooleanColumnBuilder(string name, bool required) : ColumnBuilder(name, required)
{
    private float[] _values = [];

    public override int BytesPerRow => sizeof(float);

    public override bool TryRead(ReadOnlySpan<byte> text, int row)
    {
        Reserve(ref _values, row);
        if (BooleanText.TryParse(text, out var value))
        {
            _values[row] = value ? 1 : 0;
            return true;
        }

        _values[row] = float.NaN;
        return !Required && MissingText.Is(text);
    }

    public override Column Build(int rows) => new NumericColumn(Name, _values[..rows], isBoolean: true);

    protected override Fault ExplainValue(ReadOnlySpan<byte> text) => new(AnomalyCodes.NotABoolean, "true or false");
}
