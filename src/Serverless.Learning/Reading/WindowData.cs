using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>The rows of one or more files that were read by one plan.</summary>
/// <param name="Table">All rows, of a large data set some of them.</param>
/// <param name="AllRows">All rows of a large data set; null where the table has them all.</param>
public sealed record WindowData(Table Table, BinnedTable? AllRows)
{
    /// <param name="files">Accepted ones, at least one.</param>
    public static WindowData Of(IReadOnlyList<DatasetReadResult> files) => new(
        Table.Concatenate([.. files.Select(f => f.Table!)]),
        files[0].AllRows is null ? null : BinnedTable.Concatenate([.. files.Select(f => f.AllRows!)]));
}
