using Serverless.Learning.Definition;

namespace Serverless.Core.Registry;

/// <summary>The last judgement of a roll-out: <c>monitoring/{model}/rollout/latest.json</c>.</summary>
public sealed record RolloutReport
{
    public required string Model { get; init; }

    /// <summary>The challenger.</summary>
    public required int Version { get; init; }

    /// <summary>The champion that it is compared with.</summary>
    public required int Against { get; init; }

    public required RolloutStrategy Strategy { get; init; }

    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>The judged step, 1-based.</summary>
    public required int Step { get; init; }

    public required int Steps { get; init; }

    /// <summary>Percentage of requests answered by the challenger in this step.</summary>
    public required double Percent { get; init; }

    public required DateTimeOffset StepStartedAt { get; init; }

    public required RolloutDecision Decision { get; init; }

    /// <summary>One or two human-readable sentences.</summary>
    public required string Reason { get; init; }

    public required SideReport Champion { get; init; }

    public required SideReport Challenger { get; init; }

    /// <summary>Shadow only: number of requests not scored by the challenger.</summary>
    public long Dropped { get; init; }

    /// <summary>Shadow only; null without rows.</summary>
    public DisagreementReport? Disagreement { get; init; }
}

/// <summary>One side's requests in the step, over all instances.</summary>
/// <param name="Error">The last error.</param>
/// <param name="P50">Milliseconds per row.</param>
/// <param name="P95">Milliseconds per row.</param>
/// <param name="Outcomes">Number of sampled predictions with feedback.</param>
/// <param name="Metric">The model's metric on these; null if there are too few.</param>
public sealed record SideReport(
    long Requests, long Errors, string? Error, double? P50, double? P95, int Outcomes, double? Metric);

[JsonConverter(typeof(CamelCaseConverter<RolloutDecision>))]
public enum RolloutDecision
{
    /// <summary>Continue the step.</summary>
    Hold,

    /// <summary>Begin the next step.</summary>
    StepUp,

    /// <summary>No worse; wait for a person's decision.</summary>
    AwaitApproval,

    /// <summary>Make the challenger champion.</summary>
    Promote,

    /// <summary>Roll back: the challenger is significantly worse.</summary>
    RollBack,
}
