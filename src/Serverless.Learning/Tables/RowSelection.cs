namespace Serverless.Learning.Tables;

/// <summary>Takes some rows of a file; texts and classes that only the others have are gone.</summary>
/// <param name="rows">Ascending.</param>
internal sealed class RowSelection(int[] rows)
{
    public Table Of(Table table) => new(
        [.. table.Columns.Select(c => c.Select(rows) is CategoricalColumn texts
            ? new UsedTexts(texts.Values, texts.Codes).Renumber(texts)
            : c.Select(rows))],
        rows.Length, Array.ConvertAll(rows, row => table.RowHashes[row]));

    /// <summary>The same for a large file, and for the table with those of its rows that are kept.</summary>
    public (Table Table, BinnedTable AllRows) Of(Table table, BinnedTable all)
    {
        var (inTable, kept) = FindKept(all.Kept);
        var texts = all.Columns.Values.OfType<CodedTexts>()
            .ToDictionary(c => c.Name, c => new UsedTexts(c.Values, rows.Select(row => c.Codes[row])));
        var label = all.Label.Select(rows);
        if (label is CategoricalColumn classes)
        {
            texts[label.Name] = new UsedTexts(classes.Values, classes.Codes);
            label = texts[label.Name].Renumber(classes);
        }

        var selected = new BinnedTable
        {
            RowCount = rows.Length,
            RowHashes = Array.ConvertAll(rows, row => all.RowHashes[row]),
            Label = label,
            Times = [.. all.Times.Select(t => t.Select(rows))],
            Columns = all.Columns.ToDictionary(c => c.Key, c => Of(c.Value, texts.GetValueOrDefault(c.Key))),
            Kept = kept,
        };
        var columns = table.Columns.Select(c => c.Select(inTable) is CategoricalColumn some
            ? texts[c.Name].Renumber(some)
            : c.Select(inTable));
        return (
            new Table([.. columns], inTable.Length, Array.ConvertAll(inTable, row => table.RowHashes[row])), selected);
    }

    private BinnedTableColumn Of(BinnedTableColumn column, UsedTexts? texts) => column switch
    {
        BinnedNumbers numbers => Of(numbers),
        CodedTexts coded => Of(coded, texts!),
        _ => throw new InvalidOperationException($"Unknown column {column.GetType().Name}."),
    };

    private BinnedNumbers Of(BinnedNumbers numbers) => numbers with
    {
        Slots = [.. numbers.Slots.Select(s => s with { Bins = Array.ConvertAll(rows, row => s.Bins[row]) })],
    };

    private CodedTexts Of(CodedTexts coded, UsedTexts texts)
    {
        var codes = new RowCodes(rows.Length);
        foreach (var row in rows) codes.Add(texts.CodeOf(coded.Codes[row]));
        return new CodedTexts(coded.Name, codes, texts.Values);
    }

    /// <summary>The selected rows that are kept: their places in the table, and among the selected ones.</summary>
    private (int[] InTable, int[] Kept) FindKept(int[] kept)
    {
        var (inTable, places) = (new List<int>(), new List<int>());
        for (int place = 0, at = 0; place < rows.Length; place++)
        {
            while (at < kept.Length && kept[at] < rows[place]) at++;
            if (at == kept.Length || kept[at] != rows[place]) continue;
            inTable.Add(at);
            places.Add(place);
        }

        return ([.. inTable], [.. places]);
    }
}
