namespace Serverless.Datasets;

internal sealed class TimestampColumnBuilder(string name, bool required) : ColumnBuilder(name, required)
{
    private long[] _ticks = [];

    public override int BytesPerRow => sizeof(long);

    public override bool TryRead(ReadOnlySpan<byte> text, int row)
    {
        Reserve(ref _ticks, row);
        if (TimestampText.TryParse(text, out _ticks[row])) return true;

        _ticks[row] = TimestampColumn.Missing;
        return !Required && MissingText.Is(text);
    }

    public override Column Build(int rows) => new TimestampColumn(Name, _ticks[..rows]);

    protected override Fault ExplainValue(ReadOnlySpan<byte> text) =>
        new(AnomalyCodes.UnexpectedType, "a timestamp such as 2012-01-31 or 2012-01-31T10:20:30Z");
}
