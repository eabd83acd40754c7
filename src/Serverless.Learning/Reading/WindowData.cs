using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>The rows of one or more files read with one plan.</summary>
/// <param name="Table">All rows, or a sample of a large data set.</param>
/// <param name="AllRows">All rows of a large data set; null if the table has them all.</param>
public sealed record WindowData(Table Table, BinnedTable? AllRows)
{
    /// <param name="files">Accepted files, at least one.</param>
    /// <param name="label">Its classes may be spelt otherwise in each file.</param>
    public static WindowData Of(IReadOnlyList<DatasetReadResult> files, string label)
    {
        var table = Table.Concatenate([.. files.Select(f => f.Table!)]);
        var rows = files[0].AllRows is null ? null : BinnedTable.Concatenate([.. files.Select(f => f.AllRows!)]);
        if (files.Count == 1 || table.Find(label) is not CategoricalColumn classes) return new WindowData(table, rows);
        if (rows?.Label is not CategoricalColumn all)
        {
            return new WindowData(table.With(ClassNames.Merge(classes)), rows);
        }

        var merged = ClassNames.Merge(all);
        return new WindowData(table.With(merged.Select(rows.Kept)), rows with { Label = merged });
    }
}
