namespace Serverless.Datasets;

/// <summary>Checks that a row names its subject. Ids go into the row hashes alone; no column is made of them.</summary>
internal sealed class IdColumnBuilder(string name) : ColumnBuilder(name, required: true)
{
    public override int BytesPerRow => 0;

    public override bool TryRead(ReadOnlySpan<byte> text, ulong hash, int row) => !MissingText.Is(text);

    public override Column Build(int rows) => throw new InvalidOperationException("An id is no column of the table.");

    protected override Fault ExplainValue(ReadOnlySpan<byte> text) => new(AnomalyCodes.ValueMissing, "an id");
}
