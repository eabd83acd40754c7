using Serverless.Learning.Definition;

namespace Serverless.Learning.Gate;

[JsonConverter(typeof(CamelCaseConverter<GateDecision>))]
public enum GateDecision
{
    Promote,

    /// <summary>
    /// Every check passed, but a person decides: the candidate could not be compared with the champion, or its data is
    /// older.
    /// </summary>
    NeedsApproval,

    /// <summary>
    /// Not significantly better than the champion, or than the baseline without a champion; or significantly worse on a
    /// slice.
    /// </summary>
    NotBetter,

    /// <summary>A threshold of model.json is missed.</summary>
    BelowThreshold,
}

/// <summary>Whether a candidate may go live, with reasons for people and numbers for programs.</summary>
public sealed record GateVerdict
{
    public required GateDecision Decision { get; init; }

    /// <summary>One sentence each; the first one decided.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The metric that decided, as model.json names it.</summary>
    public required string Metric { get; init; }

    /// <summary>Number of held-out rows; all models were scored on exactly these.</summary>
    public required int Rows { get; init; }

    public required IReadOnlyDictionary<string, double> Candidate { get; init; }

    public required IReadOnlyDictionary<string, double> Baseline { get; init; }

    /// <summary>Null without a champion.</summary>
    public IReadOnlyDictionary<string, double>? Champion { get; init; }

    /// <summary>The champion's version, null without a champion.</summary>
    public int? ChampionVersion { get; init; }

    /// <summary>
    /// The candidate's improvement over the champion (over the baseline without one) in the metric's units, positive is
    /// better. Null if the metric is not defined on these rows, or they are too few.
    /// </summary>
    public ImprovementInterval? Improvement { get; init; }

    [JsonIgnore]
    public bool Promotes => Decision == GateDecision.Promote;

    /// <summary>Whether every check passed: the version goes live or waits for a person.</summary>
    [JsonIgnore]
    public bool Passes => Decision is GateDecision.Promote or GateDecision.NeedsApproval;

    /// <summary>The same verdict, except that a passing candidate waits for a person.</summary>
    /// <param name="why">One sentence that continues 'A person decides:'.</param>
    public GateVerdict LeaveToPerson(string why)
    {
        if (!Promotes) return this with { Reasons = [$"{Reasons[0]} Besides, {why}", .. Reasons.Skip(1)] };
        var passed = Reasons.Select(
            r => r.Replace(GateReasons.Promoting, GateReasons.Passing, StringComparison.Ordinal));
        return this with { Decision = GateDecision.NeedsApproval, Reasons = [$"A person decides: {why}", .. passed] };
    }
}

/// <param name="Lower">At least this improvement, with 95 % confidence (one-sided, paired bootstrap).</param>
/// <param name="Upper">At most this improvement, with 95 % confidence (one-sided).</param>
public sealed record ImprovementInterval(double Estimate, double Lower, double Upper, int Resamples);
