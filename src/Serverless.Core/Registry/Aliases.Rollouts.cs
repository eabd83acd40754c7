
namespace Serverless.Core.Registry;

/// <summary>The roll-out state within the aliases. There is at most one; any change of the champion ends it.</summary>
public sealed partial record Aliases
{
    /// <summary>
    /// Max length of a judged period for a canary that waits for approval: in days of good requests, new errors would
    /// not show.
    /// </summary>
    private static readonly TimeSpan WaitingRound = TimeSpan.FromHours(1);

    /// <summary>Null without a live roll-out.</summary>
    [JsonIgnore]
    public Rollout? LiveRollout => Rollout is { IsLive: true } live ? live : null;

    /// <summary>
    /// The version restored by a roll-back. During a canary this is the champion beside it, which undoes the last
    /// change visible to callers.
    /// </summary>
    [JsonIgnore]
    public int? RollbackTarget => LiveRollout is { Percent: > 0 } ? Champion : Previous;

    /// <summary>
    /// Begins a roll-out. Replaces a live one, since the newer version is judged against the same champion.
    /// </summary>
    internal Aliases Begin(Rollout rollout, string by, string reason)
    {
        var before = LiveRollout is { } live
            ? Remember(new AliasChange(
                rollout.StartedAt,
                Alias.Challenger,
                live.Version,
                null,
                by,
                $"Version {rollout.Version} replaces the roll-out of version {live.Version}."))
            : this;
        return before.Remember(
            new AliasChange(rollout.StartedAt, Alias.Challenger, Challenger, rollout.Version, by, reason)) with
        {
            Challenger = rollout.Version,
            Rollout = rollout,
        };
    }

    /// <summary>
    /// Applies a judgement of the live roll-out; returns the aliases unchanged if it continues as it is.
    /// </summary>
    /// <param name="shares">Percentage of the traffic in each step.</param>
    internal Aliases After(RolloutReport report, IReadOnlyList<double> shares)
    {
        const string by = "rollout";
        var (rollout, now) = (LiveRollout!, report.CheckedAt);
        switch (report.Decision)
        {
            case RolloutDecision.StepUp:
                var next = rollout with
                {
                    Step = rollout.Step + 1,
                    Percent = shares[rollout.Step],
                    StepStartedAt = now
                };
                return Continue(next, string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"Step {next.Step} of {next.Steps}, {next.Percent} % of the traffic. {report.Reason}"));
            case RolloutDecision.AwaitApproval:
                var waiting = rollout with { Status = RolloutStatus.AwaitingApproval };
                return Continue(
                    rollout.Percent > 0 ? waiting with { StepStartedAt = now } : waiting,
                    $"Waits for approval. {report.Reason}");
            case RolloutDecision.Hold when rollout is { Status: RolloutStatus.AwaitingApproval, Percent: > 0 }
                && now - rollout.StepStartedAt >= WaitingRound:
                return this with { Rollout = rollout with { StepStartedAt = now } };
            case RolloutDecision.Promote:
                return With(new AliasChange(now, Alias.Champion, Champion, rollout.Version, by, report.Reason));
            case RolloutDecision.RollBack:
                return Remember(new AliasChange(now, Alias.Challenger, rollout.Version, null, by, report.Reason)) with
                {
                    Challenger = null,
                    Rollout = rollout.End(RolloutStatus.RolledBack, now),
                };
            default:
                return this;
        }

        Aliases Continue(Rollout changed, string reason) =>
            Remember(new AliasChange(
                now, Alias.Challenger, rollout.Version, rollout.Version, by, reason)) with
            { Rollout = changed };
    }

    /// <summary>The state of the roll-out after a person or the gate changes an alias.</summary>
    private Rollout? EndedBy(AliasChange change)
    {
        if (LiveRollout is not { } live) return Rollout;
        return live.End(
            change.Alias == Alias.Champion && change.To == live.Version
                ? RolloutStatus.Promoted
                : RolloutStatus.Stopped,
            change.At);
    }

    private Aliases Remember(AliasChange change) =>
        this with { History = [.. History.TakeLast(MaxHistory - 1), change] };
}
