using Serverless.Core.Storage;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>
/// What became of a file: <c>batch/out/{model}/{file}.report.json</c>, written last, so that it stands for the end.
/// </summary>
public sealed record BatchReport
{
    public required string Model { get; init; }

    /// <summary>The version that made every prediction; null where the file was rejected before any.</summary>
    public int? Version { get; init; }

    /// <summary>SHA-256 of that version's model.bin.</summary>
    public string? ModelHash { get; init; }

    public required BatchBlob Input { get; init; }

    /// <summary>Null where the file was rejected.</summary>
    public BatchBlob? Output { get; init; }

    /// <summary>Why there are no predictions; null where there are.</summary>
    public string? Rejection { get; init; }

    /// <summary>Rows of the input, and of the output where there is one.</summary>
    public long Rows { get; init; }

    /// <summary>How many of them have an error in place of a prediction.</summary>
    public long BadRows { get; init; }

    /// <summary>What is wrong with the first bad rows, at most <see cref="MostBadRows"/>.</summary>
    /// <remarks>Source-generated JSON sets a property that is absent to null, whatever its initialiser says.</remarks>
    public IReadOnlyList<Anomaly> FirstBadRows { get; init => field = value ?? []; } = [];

    /// <summary>What was assumed or left out of the file, such as lines around the table.</summary>
    public IReadOnlyList<Anomaly> Warnings { get; init => field = value ?? []; } = [];

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Seconds of work, without the time between invocations.</summary>
    public double Seconds { get; init; }

    public const int MostBadRows = 20;
}

/// <param name="Bytes">As stored.</param>
/// <param name="Hash">SHA-256 of the bytes, lower-case hex; null of an input that was rejected.</param>
/// <param name="ETag">Of the input as it was read.</param>
public sealed record BatchBlob(string Name, long Bytes, string? Hash, string? ETag = null);

public enum BatchResult
{
    /// <summary>The predictions are written.</summary>
    Predicted,

    /// <summary>No predictions can be made of the file; the report says why.</summary>
    Rejected,

    /// <summary>The model has no version yet. The file is asked for again later.</summary>
    NoVersionYet,

    /// <summary>The file is gone.</summary>
    NothingToDo,

    /// <summary>The time limit came first: see <see cref="BatchOutcome.Continuation"/>.</summary>
    CutOff,
}

/// <param name="Message">One or two sentences for people.</param>
/// <param name="Report">Where there is one.</param>
/// <param name="Continuation">The message that asks to go on, for the queue; null where the work has ended.</param>
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
