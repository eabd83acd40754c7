using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>The rows of one or more files read with one plan.</summary>
/// <param name="Table">All rows, or a sample of a large data set.</param>
/// <param name="AllRows">All rows of a large data set; null if the table has them all.</param>
public sealed record WindowData(Table Table, BinnedTable? AllRows)
{
    /// <param name="files">Accepted files, at least one.</param>
    public static WindowData Of(IReadOnlyList<DatasetReadResult> files) => new(
        Table.Concatenate([.. files.Select(f => f.Table!)]),
        files[0].AllRows is null ? null : BinnedTable.Concatenate([.. files.Select(f => f.AllRows!)]));
}
