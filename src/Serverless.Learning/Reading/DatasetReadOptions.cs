using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>Which columns of a file to read, and how.</summary>
/// <param name="Source">The blob's name, for the report.</param>
/// <param name="Schema">The columns to read. With a header, the file's may be in another order.</param>
public sealed record DatasetReadOptions(string Source, DatasetSchema Schema, ModelDefinition Definition)
{
    /// <summary>
    /// Opens the destination at the first bad row: the header, if any, and the bad rows as stored are written there.
    /// The stream stays owned by the caller. Null: bad rows are only counted.
    /// </summary>
    public Func<Stream>? Quarantine { get; init; }

    /// <summary>
    /// Opens the destination of the file's part once the file is accepted: its accepted rows, in order, with all
    /// columns of the file, as one Parquet file. The stream stays owned by the caller. Null: no part is written.
    /// </summary>
    public Func<Stream>? Part { get; init; }

    /// <summary>How to hold a large file; null keeps the values of all rows.</summary>
    public BinningPlan? Plan { get; init; }

    /// <summary>Max rows of the file, if there is a plan.</summary>
    public long Rows { get; init; }

    /// <summary>How the file's cells are written, as a sample of it tells.</summary>
    public FileFormats Formats { get; init; } = FileFormats.Plain;

    /// <summary>
    /// SHA-256 of the content, if the caller has ensured that it still holds; null to compute it.
    /// </summary>
    public string? KnownHash { get; init; }

    /// <summary>Max threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Max bytes of a file's typed columns. A small gzip file can hold any number of rows.</summary>
    public long MaxTableBytes { get; init; } = 4L << 30;
}
