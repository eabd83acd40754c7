namespace Serverless.Datasets;

internal sealed class BooleanColumnBuilder(string name, bool required) : ColumnBuilder(name, required)
{
    private RowValues<float> _values = new();

    public override int BytesPerRow => sizeof(float);

    public override bool TryRead(ReadOnlySpan<byte> text, ulong hash, int row)
    {
        if (BooleanText.TryParse(text, out var value))
        {
            _values.Set(row, value ? 1 : 0);
            return true;
        }

        _values.Set(row, float.NaN);
        return !Required && MissingText.Is(text);
    }

    public override Column Build(int rows) => new NumericColumn(Name, _values.ToArray(rows), isBoolean: true);

    protected override Fault ExplainValue(ReadOnlySpan<byte> text) => new(AnomalyCodes.NotABoolean, "true or false");
}
