using Serverless.Csv.Cells;
using Serverless.Csv.Records;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <param name="format">How the file's truth values are written; null for plain ones.</param>
/// <param name="binned">Receives all rows of a large file whose values are not all kept; otherwise null.</param>
/// <param name="values">Expected number of rows kept with values; 0 if unknown.</param>
public sealed class BooleanColumnBuilder(
    string name, bool required, CellFormat? format, BinnedSlotBuilder? binned, int values)
    : ColumnBuilder(name, required)
{
    private BlockValues<float> _batch = new();
    private RowValues<float> _values = new(values);

    public override long Size => ((long)sizeof(float) * _values.Count) + (binned?.Size ?? 0);

    public override void Read(RowBlock batch, int place, int from, int to, Span<ulong> hashes)
    {
        var read = _batch.For(batch);
        var fields = batch.FieldsOf(place, out var column);
        Span<byte> plain = stackalloc byte[CellFormat.MaxBytes];
        for (var row = from; row < to; row++)
        {
            scoped var text = fields[row, column];
            if (format?.Write(text, plain) is >= 0 and var length) text = plain[..length];
            var isTruth = BooleanText.TryParse(text, out var value);
            read[row] = !isTruth ? float.NaN : value ? 1 : 0;
            hashes[row] += RowHash.Of(BitConverter.SingleToUInt32Bits(read[row]), HashKey);
            if (isTruth) continue;
            if (MissingText.Is(text)) AddMissing(row);
            else Faults.Add(row);
        }
    }

    public override void Append(RowBlock batch)
    {
        ReadOnlySpan<float> read = _batch.Span;
        HasValue = HasValue || NumericColumnBuilder.AnyNumber(read, batch.Good);
        binned?.Append(read, batch.Good);
        _values.Append(read, binned is null ? batch.Good : batch.Kept);
    }

    public override Column Build() => new NumericColumn(Name, _values.ToArray(), isBoolean: true);

    public override BinnedTableColumn? BuildBinned() =>
        binned is null ? null : new BinnedNumbers(Name, [binned.Build()]);

    protected override Fault ExplainValue(ReadOnlySpan<byte> text)
    {
        Span<byte> plain = stackalloc byte[CellFormat.MaxBytes];
        return format?.Write(text, plain) == 0
            ? new Fault(AnomalyCodes.ValueMissing, "a value")
            : new Fault(AnomalyCodes.NotABoolean, "true or false");
    }
}
