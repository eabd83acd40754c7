using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>The rows of one or more files read with one plan.</summary>
/// <param name="Table">All rows, or a sample of a large data set.</param>
/// <param name="AllRows">All rows of a large data set; null if the table has them all.</param>
public sealed record WindowData(Table Table, BinnedTable? AllRows)
{
    /// <param name="files">Accepted files, at least one.</param>
    /// <param name="label">Its classes may be spelt otherwise in each file.</param>
    /// <param name="counted">Of each file, the rows that count, ascending; null: all. Null: all rows of all
    /// files.</param>
    /// <exception cref="ArgumentException">No row counts.</exception>
    public static WindowData Of(
        IReadOnlyList<DatasetReadResult> files, string label, IReadOnlyList<int[]?>? counted = null)
    {
        // A file of which nothing counts must not bring its texts and classes.
        var parts = files.Select((file, i) => (File: file, Rows: counted?[i])).Where(p => p.Rows is not [])
            .Select(p => Select(p.File, p.Rows)).ToList();
        if (parts.Count == 0) throw new ArgumentException("Expected rows that count, found none.", nameof(counted));
        var table = Table.Concatenate(parts.ConvertAll(p => p.Table));
        var rows = parts[0].AllRows is null ? null : BinnedTable.Concatenate(parts.ConvertAll(p => p.AllRows!));
        if (parts.Count == 1 || table.Find(label) is not CategoricalColumn classes) return new WindowData(table, rows);
        if (rows?.Label is not CategoricalColumn all)
        {
            return new WindowData(table.With(ClassNames.Merge(classes)), rows);
        }

        var merged = ClassNames.Merge(all);
        return new WindowData(table.With(merged.Select(rows.Kept)), rows with { Label = merged });
    }

    private static WindowData Select(DatasetReadResult file, int[]? rows)
    {
        if (rows is null) return new WindowData(file.Table!, file.AllRows);
        var selection = new RowSelection(rows);
        if (file.AllRows is not { } all) return new WindowData(selection.Of(file.Table!), null);
        var (table, selected) = selection.Of(file.Table!, all);
        return new WindowData(table, selected);
    }
}
