using System.Runtime.InteropServices;
using System.Text.Json;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Traffic;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Serving;

/// <summary>
/// One instance's counts of a roll-out's step since its beginning: <c>predictions/{model}/rollouts/…</c>. Each instance
/// overwrites its own blob, and sketches of instances merge by addition, so nothing counts twice.
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
    /// Shadow only: requests not scored by the challenger, since the queue was full or the row too long.
    /// </summary>
    public long Dropped { get; init; }

    /// <summary>Shadow only, per row; null for a canary.</summary>
    public DisagreementSketch? Disagreement { get; init; }
}

/// <summary>One side's requests.</summary>
/// <param name="Errors">Requests that this side could not answer; the champion answered the challenger's.</param>
/// <param name="Error">The last error.</param>
/// <param name="Latency">Time of scoring and writing, per row.</param>
/// <param name="Classes">In the version's order; empty for regression.</param>
/// <param name="Sample">A uniform sample of predictions, to be joined with feedback.</param>
public sealed record SideSketch(
    long Requests,
    long Errors,
    string? Error,
    IReadOnlyList<LatencyCount> Latency,
    IReadOnlyList<string> Classes,
    IReadOnlyList<RolloutPrediction> Sample);

/// <param name="Id">The prediction's id, referenced by feedback.</param>
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
