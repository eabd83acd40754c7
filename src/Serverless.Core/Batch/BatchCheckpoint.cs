using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>
/// How far a file has come. What was decided at its start stays decided: the content, and the version.
/// </summary>
internal sealed record BatchCheckpoint
{
    /// <summary>Of the input.</summary>
    public required string ETag { get; init; }

    public required int Version { get; init; }

    /// <summary>Another build may write other bytes: it begins again, with the same version.</summary>
    public required string Build { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public double Seconds { get; init; }

    /// <summary>Whole parts of the output that are stored.</summary>
    public int Parts { get; init; }

    /// <summary>Rows in them.</summary>
    public long Rows { get; init; }

    public long BadRows { get; init; }

    public IReadOnlyList<Anomaly> FirstBadRows { get; init => field = value ?? []; } = [];

    /// <summary>Where the first row after them begins; see <see cref="CsvTokenizer.Next"/>.</summary>
    public long Offset { get; init; }

    public long Line { get; init; }

    public TextEncoding Encoding { get; init; }

    [JsonIgnore]
    public CsvPosition Next => new(Offset, Line, Encoding);

    /// <summary>With the rows of one more chunk.</summary>
    public BatchCheckpoint Add(BatchChunk chunk) => this with
    {
        Rows = Rows + chunk.Count,
        BadRows = BadRows + chunk.Errors.Count,
        FirstBadRows = FirstBadRows.Count == BatchReport.MostBadRows || chunk.Errors.Count == 0
            ? FirstBadRows
            : [.. FirstBadRows.Concat(chunk.Errors.Select(e => e.What)).Take(BatchReport.MostBadRows)],
        Offset = chunk.Next.Offset,
        Line = chunk.Next.Line,
        Encoding = chunk.Next.Encoding,
    };
}
