using Serverless.Learning.Changes;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Learning.History;

/// <summary>Hashes the rows of a file that was read, to decide which of them count.</summary>
public static class HashedRows
{
    /// <param name="name">The file's, for people.</param>
    /// <param name="read">An accepted file.</param>
    /// <param name="schema">By which it was read; its columns have the same places in all files that are
    /// compared.</param>
    public static PartRows Of(string name, DatasetReadResult read, DatasetSchema schema)
    {
        var ofRows = read.AllRows is { } all ? OfLarge(all, schema) : OfTable(read.Table!, schema);
        var (times, areTicks) = RowTimes.Of(
            read.AllRows?.Times ?? [.. schema.TimeColumns.Select(t => read.Table!.Find(t)!)]);
        // A row without a key can only be repeated whole.
        var keys = read.KeyHashes?.Select((key, row) => key == 0 ? ofRows.Rows[row] : key).ToArray();
        return ofRows with { Name = name, Keys = keys, Times = times, AreTicks = areTicks };
    }

    private static PartRows OfTable(Table table, DatasetSchema schema)
    {
        ulong[][] halves = [new ulong[table.RowCount], new ulong[table.RowCount]];
        foreach (var (i, column) in table.Columns.Index())
        {
            ColumnHashes.Add(column, column.Name == schema.Label, ColumnHashes.KeyOf(column), halves[i % 2]);
        }

        // The id is no column of the table; a row that has changed still has it.
        if (schema.Id is not null)
        {
            foreach (var half in halves)
            {
                for (var row = 0; row < half.Length; row++) half[row] += table.RowHashes[row];
            }
        }

        var rows = Finish(halves[0], halves[1]);
        return new PartRows("", rows, null, null) { Similar = halves, FindsAnyChange = table.Columns.Count > 3 };
    }

    /// <summary>
    /// A large file's numbers are known by their features' hash, or where that is of the ids, by their bins.
    /// </summary>
    private static PartRows OfLarge(BinnedTable all, DatasetSchema schema)
    {
        var rest = new ulong[all.RowCount];
        ColumnHashes.Add(all.Label, isLabel: true, ColumnHashes.KeyOf(all.Label), rest);
        foreach (var time in all.Times) ColumnHashes.Add(time, isLabel: false, ColumnHashes.KeyOf(time), rest);
        if (schema.Id is not null)
        {
            foreach (var column in all.Columns.OrderBy(c => c.Key, StringComparer.Ordinal))
            {
                ColumnHashes.Add(column.Value, rest);
            }
        }

        return new PartRows("", Finish(all.RowHashes, rest), null, null)
        {
            Similar = [all.RowHashes],
            FindsAnyChange = schema.Id is not null,
        };
    }

    private static ulong[] Finish(ulong[] one, ulong[] other)
    {
        var rows = new ulong[one.Length];
        for (var row = 0; row < rows.Length; row++) rows[row] = RowHash.Finish(one[row] + (other[row] * 3));
        return rows;
    }
}
