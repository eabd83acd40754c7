using System.Runtime.InteropServices;
using System.Text.Json;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Traffic;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Serving;

/// <summary>
/// What one instance saw of a roll-out's step, from the step's beginning: <c>predictions/{model}/rollouts/…</c>. An
/// instance
/// writes its own file again and again, and sketches of instances merge by adding; so none counts twice.
/// </summary>
public sealed record RolloutSketch
{
    public required string Model { get; init; }

    /// <summary>The challenger.</summary>
    public required int Version { get; init; }

    /// <summary>See <see cref="Rollout.StepStartedAt"/>.</summary>
    public required DateTimeOffset StepStartedAt { get; init; }

    public required DateTimeOffset Until { get; init; }

    public required SideSketch Champion { get; init; }

    public required SideSketch Challenger { get; init; }

    /// <summary>
    /// Of a shadow: requests that were not scored a second time, since too many waited or the body was too long.
    /// </summary>
    public long Dropped { get; init; }

    /// <summary>Of a shadow, by row; null for a canary.</summary>
    public DisagreementSketch? Disagreement { get; init; }
}

/// <summary>One side's requests.</summary>
/// <param name="Errors">
/// Requests that this side could not answer. The challenger's were answered by the champion.
/// </param>
/// <param name="Error">The last one, for people.</param>
/// <param name="Latency">Of a request's scoring and writing, divided by its rows.</param>
/// <param name="Classes">The version's own order; empty for regression.</param>
/// <param name="Sample">Predictions drawn evenly from all, to be joined with feedback.</param>
public sealed record SideSketch(
    long Requests,
    long Errors,
    string? Error,
    IReadOnlyList<LatencyCount> Latency,
    IReadOnlyList<string> Classes,
    IReadOnlyList<RolloutPrediction> Sample);

/// <param name="Id">The prediction's id, which feedback refers to.</param>
/// <param name="Outputs">As <see cref="Scorer.Score"/> gave them.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RolloutPrediction(string Id, double[] Outputs);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RolloutSketch))]
[JsonSerializable(typeof(RolloutReport))]
internal sealed partial class RolloutsJson : JsonSerializerContext
{
    public static RolloutsJson Readable => field ??= new RolloutsJson(ReadableJson.Of(Default));
}
