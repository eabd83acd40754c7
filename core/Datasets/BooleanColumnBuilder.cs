namespace Serverless.Datasets;

/// <param name="compact">Where all rows go in a large file, of which not all values are kept; else null.</param>
internal sealed class BooleanColumnBuilder(string name, bool required, CompactSlotBuilder? compact) : ColumnBuilder(name, required)
{
    private BatchValues<float> _batch = new();
    private RowValues<float> _values = new();

    public override long Size => ((long)sizeof(float) * _values.Count) + (compact?.Size ?? 0);

    public override void Read(RowBatch batch, int place)
    {
        Faults.Clear();
        var values = _batch.For(batch);
        for (var row = 0; row < batch.Count; row++)
        {
            var text = batch.Field(row, place);
            var isTruth = BooleanText.TryParse(text, out var value);
            values[row] = !isTruth ? float.NaN : value ? 1 : 0;
            if (!isTruth && (Required || !MissingText.Is(text))) Faults.Add(row);
        }
    }

    public override void Append(RowBatch batch)
    {
        ReadOnlySpan<float> values = _batch.Span;
        HasValue = HasValue || NumericColumnBuilder.AnyNumber(values, batch.Good);
        compact?.Append(values, batch.Good);
        _values.Append(values, compact is null ? batch.Good : batch.Kept);
    }

    public override Column Build() => new NumericColumn(Name, _values.ToArray(), isBoolean: true);

    public override CompactColumn? BuildCompact() => compact is null ? null : new CompactNumbers(Name, [compact.Build()]);

    protected override Fault ExplainValue(ReadOnlySpan<byte> text) => new(AnomalyCodes.NotABoolean, "true or false");
}
