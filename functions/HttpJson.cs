using System.Text.Json.Serialization;
using Serverless.Core.Alerting;
using Serverless.Core.Registry;
using Serverless.Core.Storage;

namespace Serverless.Functions;

internal sealed record ModelSummary(
    string Name,
    int? Champion,
    int? Challenger,
    int? Previous,
    string? Task,
    string? Metric,
    double? Score,
    DateTimeOffset? TrainedAt);

/// <param name="Answers">The version that answers: the champion, or what stands in for a deleted one.</param>
/// <param name="Dangling">Aliases whose version was deleted, and what happens meanwhile.</param>
/// <param name="RolloutJudgement">The latest judgement of the newest roll-out; null if there was no roll-out.</param>
/// <param name="Alerts">The alerts of the last week, newest first.</param>
internal sealed record ModelDetails(
    string Name,
    Aliases Aliases,
    int? Answers,
    IReadOnlyList<DanglingAlias> Dangling,
    RolloutReport? RolloutJudgement,
    IReadOnlyList<Alert> Alerts,
    IReadOnlyList<VersionSummary> Versions);

internal sealed record VersionSummary(
    int Version,
    DateTimeOffset CreatedAt,
    string Decision,
    string Reason,
    string Metric,
    double? Score,
    string Trainer,
    IReadOnlyList<string> Data);

internal sealed record AliasAnswer(string Model, string Alias, int Version, string Outcome);

/// <param name="Status"><c>queued</c>, or <c>nothingToDo</c>.</param>
/// <param name="Reason">Why a retrain would learn nothing, and what would change that; null if queued.</param>
internal sealed record RetrainAnswer(string Model, string Status, string? Reason);

/// <param name="Blob">Where the file is in the store.</param>
/// <param name="Sha256">Of the stored bytes, lower-case hex.</param>
/// <param name="Replaced">Whether there was a file of that name.</param>
/// <param name="Follow">Path of the model: its versions, and the alerts of files that were rejected.</param>
internal sealed record UploadAnswer(
    string Model, string File, string Blob, long Bytes, string Sha256, bool Replaced, string Follow);

internal sealed record FeedbackAnswer(string Model, int Kept);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<ModelSummary>))]
[JsonSerializable(typeof(ModelDetails))]
[JsonSerializable(typeof(AliasAnswer))]
[JsonSerializable(typeof(RetrainAnswer))]
[JsonSerializable(typeof(UploadAnswer))]
[JsonSerializable(typeof(RemovalAnswer))]
[JsonSerializable(typeof(PullAnswer))]
[JsonSerializable(typeof(RebuildAnswer))]
[JsonSerializable(typeof(FeedbackAnswer))]
[JsonSerializable(typeof(MonitoringStatus))]
internal sealed partial class HttpJson : JsonSerializerContext
{
    public static HttpJson Readable => field ??= new HttpJson(ReadableJson.Of(Default));
}
