using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>Progress on one input file. The content and the version are fixed at the start.</summary>
internal sealed record BatchCheckpoint
{
    /// <summary>ETag of the input.</summary>
    public required string ETag { get; init; }

    public required int Version { get; init; }

    /// <summary>Another build may write other bytes, so it starts over with the same version.</summary>
    public required string Build { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public double Seconds { get; init; }

    /// <summary>Number of whole parts of the output that are stored.</summary>
    public int Parts { get; init; }

    /// <summary>Rows in the stored parts.</summary>
    public long Rows { get; init; }

    public long BadRows { get; init; }

    public IReadOnlyList<Anomaly> FirstBadRows { get; init => field = value ?? []; } = [];

    /// <summary>Values that the version does not know, by feature.</summary>
    public IReadOnlyList<UnknownValues> Unknown { get; init => field = value ?? []; } = [];

    /// <summary>Offset of the first row after the stored parts; see <see cref="CsvTokenizer.Next"/>.</summary>
    public long Offset { get; init; }

    public long Line { get; init; }

    public TextEncoding Encoding { get; init; }

    [JsonIgnore]
    public CsvPosition Next => new(Offset, Line, Encoding);

    /// <summary>Adds the rows of one more chunk.</summary>
    public BatchCheckpoint Add(BatchChunk chunk) => this with
    {
        Rows = Rows + chunk.Count,
        BadRows = BadRows + chunk.Errors.Count,
        FirstBadRows = FirstBadRows.Count == BatchReport.MaxBadRows || chunk.Errors.Count == 0
            ? FirstBadRows
            : [.. FirstBadRows.Concat(chunk.Errors.Select(e => e.What)).Take(BatchReport.MaxBadRows)],
        Unknown = UnknownValues.Join(Unknown, chunk.Unknown.ToList()),
        Offset = chunk.Next.Offset,
        Line = chunk.Next.Line,
        Encoding = chunk.Next.Encoding,
    };
}
