
namespace Serverless.Core.Registry;

/// <summary>A roll-out's part in the aliases. There is one at a time; whatever changes the champion ends it.</summary>
public sealed partial record Aliases
{
    /// <summary>
    /// A canary that waits for approval is judged by the requests of at most this long: in days of good ones, new
    /// errors would be lost.
    /// </summary>
    private static readonly TimeSpan WaitingRound = TimeSpan.FromHours(1);

    /// <summary>Null where none is on its way.</summary>
    [JsonIgnore]
    public Rollout? LiveRollout => Rollout is { IsLive: true } live ? live : null;

    /// <summary>
    /// What a roll-back returns to. While a canary answers a share of the traffic, that is the champion beside it: the
    /// last change to what callers get is undone.
    /// </summary>
    [JsonIgnore]
    public int? RollbackTarget => LiveRollout is { Percent: > 0 } ? Champion : Previous;

    /// <summary>
    /// These aliases with a roll-out begun. A live one is replaced: the newer version is judged against the same
    /// champion.
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
                $"Version {rollout.Version} takes the place of the roll-out of version {live.Version}."))
            : this;
        return before.Remember(
            new AliasChange(rollout.StartedAt, Alias.Challenger, Challenger, rollout.Version, by, reason)) with
        {
            Challenger = rollout.Version,
            Rollout = rollout,
        };
    }

    /// <summary>These aliases after a judgement of the live roll-out; themselves where it goes on as it is.</summary>
    /// <param name="shares">Percent of the traffic in each step.</param>
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

    /// <summary>What a change of an alias by a person, or by the gate, makes of the roll-out.</summary>
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
