using Serverless.Core.Storage;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>
/// The result for one file: <c>batch/out/{model}/{file}.report.json</c>. Written last, so its existence means that the
/// file is done.
/// </summary>
public sealed record BatchReport
{
    public required string Model { get; init; }

    /// <summary>The version that made every prediction; null if the file was rejected before any.</summary>
    public int? Version { get; init; }

    /// <summary>SHA-256 of the version's model.bin.</summary>
    public string? ModelHash { get; init; }

    public required BatchBlob Input { get; init; }

    /// <summary>Null if the file was rejected.</summary>
    public BatchBlob? Output { get; init; }

    /// <summary>Why there are no predictions; null if there are.</summary>
    public string? Rejection { get; init; }

    /// <summary>Rows of the input, and of the output if there is one.</summary>
    public long Rows { get; init; }

    /// <summary>Rows with an error instead of a prediction.</summary>
    public long BadRows { get; init; }

    /// <summary>The problems of the first bad rows, at most <see cref="MaxBadRows"/>.</summary>
    /// <remarks>Source-generated JSON sets an absent property to null, whatever its initializer.</remarks>
    public IReadOnlyList<Anomaly> FirstBadRows { get; init => field = value ?? []; } = [];

    /// <summary>What was assumed or left out of the file, such as lines around the table.</summary>
    public IReadOnlyList<Anomaly> Warnings { get; init => field = value ?? []; } = [];

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Seconds of work, excluding time between invocations.</summary>
    public double Seconds { get; init; }

    public const int MaxBadRows = 20;
}

/// <param name="Bytes">Stored size.</param>
/// <param name="Hash">SHA-256 of the bytes, lower-case hex; null for a rejected input.</param>
/// <param name="ETag">ETag of the input when it was read.</param>
public sealed record BatchBlob(string Name, long Bytes, string? Hash, string? ETag = null);

public enum BatchResult
{
    /// <summary>The predictions are written.</summary>
    Predicted,

    /// <summary>The file cannot be predicted; the report says why.</summary>
    Rejected,

    /// <summary>The model has no version yet. A sweep requests the file again.</summary>
    NoVersionYet,

    /// <summary>The file was deleted.</summary>
    NothingToDo,

    /// <summary>The time limit was reached; see <see cref="BatchOutcome.Continuation"/>.</summary>
    CutOff,
}

/// <param name="Message">One or two human-readable sentences.</param>
/// <param name="Report">Null if none was written.</param>
/// <param name="Continuation">The queue message that continues the work; null if it has ended.</param>
public sealed record BatchOutcome(
    BatchResult Result, string Message, BatchReport? Report = null, BatchRequest? Continuation = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchReport))]
[JsonSerializable(typeof(BatchCheckpoint))]
internal sealed partial class BatchJson : JsonSerializerContext
{
    public static BatchJson Readable => field ??= new BatchJson(ReadableJson.Of(Default));
}
