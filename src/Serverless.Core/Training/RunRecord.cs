using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;

namespace Serverless.Core.Training;

[JsonConverter(typeof(CamelCaseConverter<RunOutcome>))]
public enum RunOutcome
{
    /// <summary>The new version became champion.</summary>
    Promoted,

    /// <summary>The new version passed the gate and waits for approval as challenger.</summary>
    AwaitingApproval,

    /// <summary>The new version passed the gate and began a canary or a shadow.</summary>
    RollingOut,

    /// <summary>The new version did not pass the gate.</summary>
    NotPromoted,

    /// <summary>The data or model.json is unusable; the message and the reports say why.</summary>
    Rejected,

    /// <summary>The file was deleted before the run began.</summary>
    NothingToDo,

    /// <summary>
    /// The time limit was reached: see <see cref="RunRecord.Continuation"/>. Never stored, since the run has not ended.
    /// </summary>
    CutOff,
}

/// <summary>How a run ended: <c>monitoring/{model}/runs/{identity}.json</c>, written once.</summary>
public sealed record RunRecord
{
    /// <summary>See <see cref="Manifest.Identity"/>.</summary>
    public required string Identity { get; init; }

    public required string Model { get; init; }

    /// <summary>The dropped file, or the newest one for a retrain.</summary>
    public required string File { get; init; }

    /// <summary>What requested the run.</summary>
    public required string Trigger { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    public required RunOutcome Outcome { get; init; }

    /// <summary>The version made by the run; null without one.</summary>
    public int? Version { get; init; }

    /// <summary>One or two human-readable sentences.</summary>
    public required string Message { get; init; }

    /// <summary>How the columns were understood, in sentences for people; empty without a version.</summary>
    public IReadOnlyList<string> Intake { get; init; } = [];

    /// <summary>How each column was understood; empty without a version.</summary>
    public IReadOnlyList<IntakeColumn> Columns { get; init; } = [];

    /// <summary>One per file read; empty if the run only completed an earlier one.</summary>
    public required IReadOnlyList<ValidationReport> Reports { get; init; }

    /// <summary>The queue message that continues the run; null if it has ended.</summary>
    [JsonIgnore]
    public RetrainRequest? Continuation { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(RunProgressState))]
internal sealed partial class RunsJson : JsonSerializerContext
{
    public static RunsJson Readable => field ??= new RunsJson(ReadableJson.Of(Default));
}
