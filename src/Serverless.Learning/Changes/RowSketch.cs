using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>Which rows of a file are equal, and a sample by which it is found again.</summary>
public sealed record RowSketch
{
    private const int MaxHashes = 1_000;
    private const int MaxRows = 200_000;

    /// <summary>Accepted rows, or those drawn from a large file.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows that differ from one another.</summary>
    public required int Distinct { get; init; }

    /// <summary>Hash of the columns that count; the numbers of two files compare only if it is equal.</summary>
    public required ulong Key { get; init; }

    /// <summary>Share of the different rows that occur an even number of times.</summary>
    public required double EvenShare { get; init; }

    /// <summary>Pairs of equal rows.</summary>
    public required double Pairs { get; init; }

    /// <summary>Pairs of rows with equal features, and with different labels.</summary>
    public required double Conflicts { get; init; }

    /// <summary>The rows with the 1,000 smallest hashes, ascending, and how often each occurs: a sample of the
    /// different rows that is the same in every order of the file (Broder, 'On the resemblance and containment of
    /// documents', 1997).</summary>
    public required IReadOnlyList<ulong> Hashes { get; init; }

    public required IReadOnlyList<int> Counts { get; init; }

    /// <param name="table">Accepted rows, or those of a large file that are kept with their values.</param>
    /// <param name="allRows">All rows of a large file; null if the table has them all.</param>
    /// <param name="schema">The label and the columns that order the rows are no features here.</param>
    public static RowSketch Of(Table table, BinnedTable? allRows, DatasetSchema schema)
    {
        // Where an id is named, the hashes of a large file are of the ids, which may repeat: the kept rows must do.
        if (allRows is not null && schema.Id is null) return Of(table, allRows);
        var (features, rest, key) = (new ulong[table.RowCount], new ulong[table.RowCount], 0UL);
        foreach (var column in table.Columns)
        {
            var columnKey = ColumnHashes.KeyOf(column);
            var isFeature = column.Name != schema.Label && !schema.TimeColumns.Contains(column.Name);
            ColumnHashes.Add(column, column.Name == schema.Label, columnKey, isFeature ? features : rest);
            key += SplitMix64.Mix(columnKey);
        }

        return Of(features, rest, table.Find(schema.Label)!, key);
    }

    /// <summary>Of rows drawn by their hash, so that equal ones are drawn together.</summary>
    private static RowSketch Of(Table table, BinnedTable allRows)
    {
        var every = 1UL;
        while (allRows.RowCount / (double)every > MaxRows) every *= 2;
        int[] rows = [.. Enumerable.Range(0, allRows.RowCount).Where(r => allRows.RowHashes[r] % every == 0)];
        var (features, rest) = (Array.ConvertAll(rows, r => allRows.RowHashes[r]), new ulong[rows.Length]);
        var label = allRows.Label.Select(rows);
        ColumnHashes.Add(label, true, ColumnHashes.KeyOf(label), rest);
        foreach (var time in allRows.Times) ColumnHashes.Add(time.Select(rows), false, ColumnHashes.KeyOf(time), rest);
        // These hashes depend on the order of the columns.
        var key = table.Columns.Aggregate(every, (sum, column) => SplitMix64.Mix(sum) + ColumnHashes.KeyOf(column));
        return Of(features, rest, label, key);
    }

    private static RowSketch Of(ulong[] features, ulong[] rest, Column label, ulong key)
    {
        var labels = new ulong[features.Length];
        ColumnHashes.Add(label, true, 1, labels);
        for (var row = 0; row < features.Length; row++)
        {
            labels[row] = RowHash.Finish(features[row] + labels[row]);
            rest[row] = RowHash.Finish(features[row] + rest[row]);
        }

        var conflicts = CountPairs(features) - CountPairs(labels);
        Array.Sort(rest);
        var (hashes, counts) = Runs(rest);
        return new RowSketch
        {
            Rows = rest.Length,
            Distinct = hashes.Count,
            Key = key,
            EvenShare = counts.Count == 0 ? 0 : (double)counts.Count(c => c % 2 == 0) / counts.Count,
            Pairs = counts.Sum(c => c * (c - 1.0) / 2),
            Conflicts = conflicts,
            Hashes = [.. hashes.Take(MaxHashes)],
            Counts = [.. counts.Take(MaxHashes)],
        };
    }

    private static double CountPairs(ulong[] hashes)
    {
        Array.Sort(hashes);
        return Runs(hashes).Counts.Sum(c => c * (c - 1.0) / 2);
    }

    private static (List<ulong> Hashes, List<int> Counts) Runs(ulong[] sorted)
    {
        var (hashes, counts) = (new List<ulong>(), new List<int>());
        foreach (var hash in sorted)
        {
            if (hashes.Count > 0 && hashes[^1] == hash)
            {
                counts[^1]++;
                continue;
            }

            hashes.Add(hash);
            counts.Add(1);
        }

        return (hashes, counts);
    }
}
