using Serverless.Csv.Records;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <param name="binned">
/// One per part of <see cref="CalendarParts"/>: receives all rows of a large file whose values are not all kept;
/// otherwise null.
/// </param>
/// <param name="keepsAll">Keeps the values of all rows nevertheless: they order the rows.</param>
/// <param name="values">Expected number of rows kept with values; 0 if unknown.</param>
public sealed class TimestampColumnBuilder(
    string name, bool required, BinnedSlotBuilder[]? binned, bool keepsAll, int values)
    : ColumnBuilder(name, required)
{
    private BlockValues<long> _batch = new();
    private BlockValues<float>[] _parts = [];
    private RowValues<long> _ticks = new(values);

    public override long Size => ((long)sizeof(long) * _ticks.Count) + (binned?.Sum(c => c.Size) ?? 0);

    public override void Read(RowBlock batch, int place, int from, int to, Span<ulong> hashes)
    {
        var ticks = _batch.For(batch);
        var moments = batch.Ticks(place);
        for (var row = from; row < to && !moments.IsEmpty; row++)
        {
            ticks[row] = moments[row];
            hashes[row] += RowHash.Of((ulong)ticks[row], HashKey);
            if (ticks[row] == TimestampColumn.Missing) AddMissing(row);
        }

        if (!moments.IsEmpty) return;
        var fields = batch.FieldsOf(place, out var column);
        for (var row = from; row < to; row++)
        {
            var text = fields[row, column];
            var isMoment = TimestampText.TryParse(text, out ticks[row]);
            if (!isMoment) ticks[row] = TimestampColumn.Missing;
            hashes[row] += RowHash.Of((ulong)ticks[row], HashKey);
            if (isMoment) continue;
            if (MissingText.Is(text)) AddMissing(row);
            else Faults.Add(row);
        }
    }

    public override void Append(RowBlock batch)
    {
        var ticks = _batch.Span;
        if (!HasValue)
        {
            foreach (var row in batch.Good) HasValue |= ticks[row] != TimestampColumn.Missing;
        }

        _ticks.Append(ticks, binned is null || keepsAll ? batch.Good : batch.Kept);
        if (binned is null) return;
        if (_parts.Length == 0) _parts = [.. binned.Select(_ => new BlockValues<float>())];
        foreach (ref var part in _parts.AsSpan()) part.For(batch);
        Span<float> parts = stackalloc float[binned.Length];
        foreach (var row in batch.Good)
        {
            if (ticks[row] == TimestampColumn.Missing) parts.Fill(float.NaN);
            else CalendarParts.Write(ticks[row], parts);
            for (var i = 0; i < parts.Length; i++) _parts[i].Span[row] = parts[i];
        }

        for (var i = 0; i < binned.Length; i++) binned[i].Append(_parts[i].Span, batch.Good);
    }

    public override Column Build() => new TimestampColumn(Name, _ticks.ToArray());

    public override BinnedTableColumn? BuildBinned() =>
        binned is null ? null : new BinnedNumbers(Name, [.. binned.Select(c => c.Build())]);

    protected override Fault ExplainValue(ReadOnlySpan<byte> text) =>
        new(AnomalyCodes.UnexpectedType, "a timestamp such as 2012-01-31 or 2012-01-31T10:20:30Z");
}
