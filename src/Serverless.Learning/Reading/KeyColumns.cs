using Serverless.Csv.Cells;
using Serverless.Csv.Records;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>
/// Hashes the columns of <c>data.key</c> of each row, of which some may not be learned from: by their values as far as
/// these are read, otherwise by their text.
/// </summary>
internal sealed class KeyColumns
{
    private readonly (int Place, ColumnBuilder Builder)[] _columns;
    private BlockValues<ulong> _sums = new();
    private RowValues<ulong> _hashes;

    private KeyColumns((int Place, ColumnBuilder Builder)[] columns, int capacity) =>
        (_columns, _hashes) = (columns, new RowValues<ulong>(capacity));

    /// <summary>Null without a key.</summary>
    /// <param name="places">Of each column of the file.</param>
    /// <param name="truths">How a column of truth values at a place is written.</param>
    public static KeyColumns? For(
        DatasetReadOptions options, IReadOnlyDictionary<string, int> places,
        Func<ColumnSchema, int, FileFormats, CellFormat?> truths)
    {
        if (options.Definition.Data.Key is not { } key) return null;
        var schema = options.Schema;
        // Only reads: what is kept of these columns, others keep.
        var builders = new ColumnBuilders(schema, plan: null, capacity: 0, kept: 0);
        return new KeyColumns(
            [.. key.Select((name, i) =>
            {
                var place = places.GetValueOrDefault(name, -1);
                return (place, Builder(schema.Columns.First(c => c.Name == name), place, i));
            })],
            (int)options.Rows);

        ColumnBuilder Builder(ColumnSchema column, int place, int index)
        {
            var isRead = column.Role == ColumnRole.Feature || schema.TimeColumns.Contains(column.Name);
            return isRead
                ? builders.For(
                    column with { Required = true }, RowHash.Key(index), truths(column, place, options.Formats))
                : new IdColumnBuilder(column.Name) { HashKey = RowHash.Key(index) };
        }
    }

    /// <summary>Hashes the good rows of a batch.</summary>
    public void Append(RowBlock batch)
    {
        var sums = _sums.For(batch)[..batch.Count];
        sums.Clear();
        foreach (var (place, builder) in _columns)
        {
            builder.Clear();
            builder.Read(batch, place, 0, batch.Count, sums);
        }

        foreach (ref var sum in sums) sum = RowHash.Finish(sum);
        // Required values that are missing are faults.
        foreach (var row in _columns.SelectMany(c => c.Builder.Faults)) sums[row] = 0;
        _hashes.Append(sums, batch.Good);
    }

    public ulong[] ToArray() => _hashes.ToArray();
}
