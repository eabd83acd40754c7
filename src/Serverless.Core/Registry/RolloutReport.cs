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

    /// <summary>The step that was judged, from 1.</summary>
    public required int Step { get; init; }

    public required int Steps { get; init; }

    /// <summary>Percent of the requests that the challenger answered in it.</summary>
    public required double Percent { get; init; }

    public required DateTimeOffset StepStartedAt { get; init; }

    public required RolloutDecision Decision { get; init; }

    /// <summary>One or two sentences for people.</summary>
    public required string Reason { get; init; }

    public required SideReport Champion { get; init; }

    public required SideReport Challenger { get; init; }

    /// <summary>Of a shadow: requests that were not scored a second time.</summary>
    public long Dropped { get; init; }

    /// <summary>Of a shadow with rows.</summary>
    public DisagreementReport? Disagreement { get; init; }
}

/// <summary>One side's requests in the step, of all instances.</summary>
/// <param name="Error">The last one, for people.</param>
/// <param name="P50">Milliseconds for each row.</param>
/// <param name="P95">Milliseconds for each row.</param>
/// <param name="Outcomes">Sampled predictions whose feedback is there.</param>
/// <param name="Metric">The model's metric on those; null for too few to compare.</param>
public sealed record SideReport(
    long Requests, long Errors, string? Error, double? P50, double? P95, int Outcomes, double? Metric);

[JsonConverter(typeof(CamelCaseConverter<RolloutDecision>))]
public enum RolloutDecision
{
    /// <summary>Go on as it is.</summary>
    Hold,

    /// <summary>The next step begins.</summary>
    StepUp,

    /// <summary>Fine; a person decides.</summary>
    AwaitApproval,

    /// <summary>The challenger becomes champion.</summary>
    Promote,

    /// <summary>The challenger is surely worse.</summary>
    RollBack,
}
