using Serverless.Learning.Definition;

namespace Serverless.Learning.Gate;

[JsonConverter(typeof(CamelCaseConverter<GateDecision>))]
public enum GateDecision
{
    Promote,

    /// <summary>
    /// Every check is met, and yet a person decides: the candidate could not be compared with the champion, or its data is
    /// older.
    /// </summary>
    NeedsApproval,

    /// <summary>
    /// Not surely better than the champion, or than the baseline where there is no champion; or surely worse on a
    /// slice.
    /// </summary>
    NotBetter,

    /// <summary>A threshold of model.json is missed.</summary>
    BelowThreshold,
}

/// <summary>Whether a candidate may go live, and why: in words for people, in numbers for machines.</summary>
public sealed record GateVerdict
{
    public required GateDecision Decision { get; init; }

    /// <summary>One sentence each; the first is the one that decided.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The metric that decided, as model.json names it.</summary>
    public required string Metric { get; init; }

    /// <summary>Rows held out; all models were scored on exactly these.</summary>
    public required int Rows { get; init; }

    public required IReadOnlyDictionary<string, double> Candidate { get; init; }

    public required IReadOnlyDictionary<string, double> Baseline { get; init; }

    /// <summary>Null where there was no champion.</summary>
    public IReadOnlyDictionary<string, double>? Champion { get; init; }

    /// <summary>The version that was champion, null where there was none.</summary>
    public int? ChampionVersion { get; init; }

    /// <summary>
    /// How much better the candidate is than the champion (than the baseline where there is none) in the metric's
    /// units, positive is better. Null where the metric is not defined on these rows, or they are too few to tell.
    /// </summary>
    public ImprovementInterval? Improvement { get; init; }

    [JsonIgnore]
    public bool Promotes => Decision == GateDecision.Promote;

    /// <summary>Whether every check is met: the version goes live, or waits for a person.</summary>
    [JsonIgnore]
    public bool Passes => Decision is GateDecision.Promote or GateDecision.NeedsApproval;

    /// <summary>The same verdict, but that a candidate which passes waits for a person.</summary>
    /// <param name="why">In one sentence that goes on from 'A person decides:'.</param>
    public GateVerdict LeaveToPerson(string why)
    {
        if (!Promotes) return this with { Reasons = [$"{Reasons[0]} Besides, {why}", .. Reasons.Skip(1)] };
        var passed = Reasons.Select(r => r.Replace(GateReasons.Promoting, GateReasons.Passing, StringComparison.Ordinal));
        return this with { Decision = GateDecision.NeedsApproval, Reasons = [$"A person decides: {why}", .. passed] };
    }
}

/// <param name="Lower">At least this much better, with 95 % confidence (one-sided, paired bootstrap).</param>
/// <param name="Upper">At most this much better, with 95 % confidence (one-sided).</param>
public sealed record ImprovementInterval(double Estimate, double Lower, double Upper, int Resamples);
