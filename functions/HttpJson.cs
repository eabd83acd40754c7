using System.Text.Json.Serialization;
using Serverless.Core.Alerting;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;

namespace Serverless.Functions;

/// <summary>RFC 9457 problem details.</summary>
/// <param name="Errors">Extension member: the single errors of a body.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail, IReadOnlyList<FieldError>? Errors);

internal sealed record ModelSummary(
    string Name,
    int? Champion,
    int? Challenger,
    int? Previous,
    string? Task,
    string? Metric,
    double? Score,
    DateTimeOffset? TrainedAt);

/// <param name="RolloutJudgement">The last one of the newest roll-out; null where there was none.</param>
/// <param name="Alerts">Of the last week, newest first.</param>
internal sealed record ModelDetails(
    string Name,
    Aliases Aliases,
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
/// <param name="Reason">Why there is nothing to do, and what would make a difference; null where it is queued.</param>
internal sealed record RetrainAnswer(string Model, string Status, string? Reason);

internal sealed record FeedbackAnswer(string Model, int Kept);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(IReadOnlyList<ModelSummary>))]
[JsonSerializable(typeof(ModelDetails))]
[JsonSerializable(typeof(AliasAnswer))]
[JsonSerializable(typeof(RetrainAnswer))]
[JsonSerializable(typeof(RebuildAnswer))]
[JsonSerializable(typeof(FeedbackAnswer))]
[JsonSerializable(typeof(MonitoringStatus))]
internal sealed partial class HttpJson : JsonSerializerContext
{
    public static HttpJson Readable => field ??= new HttpJson(ReadableJson.Of(Default));
}
