namespace Serverless.Learning.Tables;

/// <summary>
/// Every accepted row of a large file in about one byte a value, beside a <see cref="Table"/> with some rows' values.
/// </summary>
public sealed record BinnedTable
{
    public required int RowCount { get; init; }

    /// <summary>See <see cref="Table.RowHashes"/>.</summary>
    public required ulong[] RowHashes { get; init; }

    /// <summary>The label of every row.</summary>
    public required Column Label { get; init; }

    /// <summary>The columns that order the rows, for every row; empty if none do.</summary>
    public required IReadOnlyList<Column> Times { get; init; }

    /// <summary>Feature columns by name.</summary>
    public required IReadOnlyDictionary<string, BinnedTableColumn> Columns { get; init; }

    /// <summary>The rows whose values are kept, ascending.</summary>
    public required int[] Kept { get; init; }

    /// <summary>The label, a column that orders the rows, or a categorical feature, for every row.</summary>
    public Column Find(string name)
    {
        if (name == Label.Name) return Label;
        if (Times.FirstOrDefault(t => t.Name == name) is { } time) return time;
        var texts = (CodedTexts)Columns[name];
        var codes = new int[RowCount];
        for (var row = 0; row < codes.Length; row++) codes[row] = texts.Codes[row];
        return new CategoricalColumn(name, codes, texts.Values);
    }

    /// <summary>Concatenates the rows of several files.</summary>
    /// <param name="parts">At least one; all with the same columns and bins.</param>
    public static BinnedTable Concatenate(IReadOnlyList<BinnedTable> parts)
    {
        if (parts.Count == 1) return parts[0];
        var rows = parts.Sum(p => p.RowCount);
        var starts = new int[parts.Count];
        for (var i = 1; i < starts.Length; i++) starts[i] = starts[i - 1] + parts[i - 1].RowCount;
        return new BinnedTable
        {
            RowCount = rows,
            RowHashes = [.. parts.SelectMany(p => p.RowHashes)],
            Label = Table.Concatenate([.. parts.Select(p => p.Label)]),
            Times = [.. parts[0].Times.Select((_, i) => Table.Concatenate([.. parts.Select(p => p.Times[i])]))],
            Columns = parts[0].Columns.Keys.ToDictionary(
                name => name, name => Concatenate([.. parts.Select(p => p.Columns[name])], parts, rows)),
            Kept = [.. parts.SelectMany((p, i) => p.Kept.Select(row => starts[i] + row))],
        };
    }

    private static BinnedTableColumn Concatenate(
        BinnedTableColumn[] columns, IReadOnlyList<BinnedTable> parts, int rows) =>
        columns[0] is BinnedNumbers
            ? Numbers([.. columns.Cast<BinnedNumbers>()], parts, rows)
            : Texts([.. columns.Cast<CodedTexts>()], parts, rows);

    private static BinnedNumbers Numbers(BinnedNumbers[] columns, IReadOnlyList<BinnedTable> parts, int rows)
    {
        return columns[0] with { Slots = [.. columns[0].Slots.Select((slot, s) => slot with { Bins = Bins(s) })] };

        byte[] Bins(int slot)
        {
            var bins = new byte[rows];
            var at = 0;
            for (var i = 0; i < columns.Length; at += parts[i++].RowCount)
            {
                columns[i].Slots[slot].Bins.AsSpan(0, parts[i].RowCount).CopyTo(bins.AsSpan(at));
            }

            return bins;
        }
    }

    private static CodedTexts Texts(CodedTexts[] columns, IReadOnlyList<BinnedTable> parts, int rows)
    {
        var index = new CategoryIndex();
        var codes = new RowCodes(rows);
        for (var i = 0; i < columns.Length; i++)
        {
            int[] newCodes = [.. columns[i].Values.Select(index.FindOrAdd)];
            for (var row = 0; row < parts[i].RowCount; row++)
            {
                var code = columns[i].Codes[row];
                codes.Add(code < 0 ? code : newCodes[code]);
            }
        }

        return new CodedTexts(columns[0].Name, codes, index.ToTexts());
    }
}
