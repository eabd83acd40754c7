using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <param name="Table">The accepted rows, or a sample of them for a large file; null if the file was rejected.</param>
/// <param name="Report">
/// What was found. <see cref="ValidationReport.Rows"/> counts every row of data, good or bad; the caller that stores
/// the quarantined rows fills in <see cref="ValidationReport.Quarantined"/>.
/// </param>
public sealed record DatasetReadResult(Table? Table, ValidationReport Report)
{
    /// <summary>All accepted rows of a large file; null if the table has them all.</summary>
    public BinnedTable? AllRows { get; init; }

    /// <summary>
    /// A hash of the columns of <c>data.key</c> for each accepted row, 0 where one has no value; null without a key.
    /// </summary>
    public ulong[]? KeyHashes { get; init; }
}
