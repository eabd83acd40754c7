using Serverless.Csv.Records;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <summary>Checks that a row names its subject. Ids only enter the row hashes; they form no column.</summary>
internal sealed class IdColumnBuilder(string name) : ColumnBuilder(name, required: true)
{
    public override long Size => 0;

    public override void Read(RowBlock batch, int place, int from, int to, Span<ulong> hashes)
    {
        var fields = batch.FieldsOf(place, out var column);
        for (var row = from; row < to; row++)
        {
            var text = fields[row, column];
            hashes[row] += RowHash.Of(FieldHash.Of(text), HashKey);
            if (MissingText.Is(text)) Faults.Add(row);
        }
    }

    public override void Append(RowBlock batch)
    {
    }

    public override Column Build() => throw new InvalidOperationException("Ids do not form a column.");

    protected override Fault ExplainValue(ReadOnlySpan<byte> text) => new(AnomalyCodes.ValueMissing, "an id");
}
