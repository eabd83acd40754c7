namespace Serverless.Datasets;

internal sealed class TimestampColumnBuilder(string name, bool required) : ColumnBuilder(name, required)
{
    private RowValues<long> _ticks = new();

    public override int BytesPerRow => sizeof(long);

    public override bool TryRead(ReadOnlySpan<byte> text, ulong hash, int row)
    {
        var isMoment = TimestampText.TryParse(text, out var ticks);
        _ticks.Set(row, isMoment ? ticks : TimestampColumn.Missing);
        return isMoment || (!Required && MissingText.Is(text));
    }

    public override Column Build(int rows) => new TimestampColumn(Name, _ticks.ToArray(rows));

    protected override Fault ExplainValue(ReadOnlySpan<byte> text) =>
        new(AnomalyCodes.UnexpectedType, "a timestamp such as 2012-01-31 or 2012-01-31T10:20:30Z");
}
