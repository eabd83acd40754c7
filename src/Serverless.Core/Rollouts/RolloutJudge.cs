using System.Globalization;
using Serverless.Core.Registry;
using Serverless.Core.Rollouts.Statistics;
using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;

namespace Serverless.Core.Rollouts;

/// <summary>Decides the next step of a roll-out from the requests of the current step.</summary>
/// <remarks>
/// A challenger is rolled back if it is significantly worse: errors and latency by Fisher's exact test, the metric by a
/// bootstrap standard error. Each minute's look is another chance of a false alarm, so the level of one look is 1e-4:
/// fewer than one in a hundred good challengers are lost to chance in a day.
/// </remarks>
internal static class RolloutJudge
{
    /// <summary>One-sided significance level of each test at each look.</summary>
    public const double Level = 1e-4;

    /// <summary>Quantile of the compared latencies.</summary>
    public const double LatencyQuantile = 0.95;

    /// <summary>Normal quantile of <see cref="Level"/>.</summary>
    private const double LevelQuantile = 3.719;

    public static RolloutReport Judge(
        string model, Rollout rollout, Metric metric, RolloutEvidence evidence, DateTimeOffset now)
    {
        var settings = evidence.Settings;
        var loss = MetricComparison.Run(
            metric,
            evidence.Challenger.Predictions.WithPositiveClassOf(evidence.Champion.Predictions),
            evidence.Champion.Predictions,
            evidence.ArePaired);
        Finding[] findings =
        [
            OfErrors(settings, evidence), OfLatency(settings, evidence), OfMetric(settings, metric, loss)
        ];
        var (decision, reason) = Decide(rollout, evidence, findings, now);
        return new RolloutReport
        {
            Model = model,
            Version = rollout.Version,
            Against = rollout.Against,
            Strategy = rollout.Strategy,
            CheckedAt = now,
            Step = rollout.Step,
            Steps = rollout.Steps,
            Percent = rollout.Percent,
            StepStartedAt = rollout.StepStartedAt,
            Decision = decision,
            Reason = reason,
            Champion = evidence.Champion.ToReport(loss?.Champion),
            Challenger = evidence.Challenger.ToReport(loss?.Challenger),
            Dropped = evidence.Dropped,
            Disagreement = evidence.Disagreement,
        };
    }

    private static (RolloutDecision Decision, string Reason) Decide(
        Rollout rollout, RolloutEvidence evidence, Finding[] findings, DateTimeOffset now)
    {
        var settings = evidence.Settings;
        var name = $"Version {rollout.Version}";
        if (findings.Any(f => f.State == Finding.Kind.SignificantlyWorse))
        {
            var worse = string.Join(
                " ", findings.Where(f => f.State == Finding.Kind.SignificantlyWorse).Select(f => f.Text));
            return (RolloutDecision.RollBack, $"{name} is significantly worse than version {rollout.Against}. {worse}");
        }

        var requests = Requests(evidence.Challenger.Requests);
        if (rollout.Status == RolloutStatus.AwaitingApproval)
        {
            return (RolloutDecision.Hold, $"{name} waits for approval; it is no worse than version {rollout.Against} "
                + $"on {requests}.");
        }

        var period = rollout.Strategy == RolloutStrategy.Shadow
            ? TimeSpan.FromHours(settings.ShadowHours) : TimeSpan.FromMinutes(settings.StepMinutes);
        var left = rollout.StepStartedAt + period - now;
        if (left > TimeSpan.Zero || evidence.Challenger.Requests < settings.MinimumRequests)
        {
            var time = left > TimeSpan.Zero
                ? $", and this step lasts {Math.Ceiling(left.TotalMinutes):0} more minutes" : "";
            return (RolloutDecision.Hold,
                $"{name} had {requests}; at least {settings.MinimumRequests} are required{time}.");
        }

        if (findings.FirstOrDefault(f => f.State == Finding.Kind.MaybeWorse) is { } unsure)
        {
            return (RolloutDecision.Hold, $"{name} may be worse than version {rollout.Against}; more requests "
                + $"are needed to decide. {unsure.Text}");
        }

        var fine =
            $"{name} is no worse than version {rollout.Against} on {requests}.{Disagreement(evidence.Disagreement)}";
        if (rollout.Step < rollout.Steps) return (RolloutDecision.StepUp, fine);
        return (settings.Approval == ApprovalMode.Manual
            ? RolloutDecision.AwaitApproval
            : RolloutDecision.Promote, fine);
    }

    private static Finding OfErrors(RolloutSettings settings, RolloutEvidence evidence)
    {
        var (own, other) = (evidence.Challenger, evidence.Champion);
        if (own.Requests == 0 || own.Errors == 0) return Finding.None;
        var (rate, usual) = ((double)own.Errors / own.Requests, other.Requests == 0
            ? 0
            : (double)other.Errors / other.Requests);
        if (rate - usual <= settings.MaxErrorRateIncrease) return Finding.None;
        var text = $"{own.Errors} of {Requests(own.Requests)} failed ({Percent(rate)}; the champion's: "
            + $"{Percent(usual)}). {own.Error}".TrimEnd();
        return Finding.Of(FisherExact.PValue(own.Errors, own.Requests, other.Errors, other.Requests) < Level, text);
    }

    private static Finding OfLatency(RolloutSettings settings, RolloutEvidence evidence)
    {
        var ((count, slow), (otherCount, otherSlow)) = (evidence.Challenger.Compared, evidence.Champion.Compared);
        if (count == 0) return Finding.None;
        var share = (double)slow / count;
        if (share <= 1 - LatencyQuantile) return Finding.None;
        var text = $"{Percent(share)} of its rows took {Percent(settings.MaxLatencyIncrease)} and "
            + $"{Number(settings.MinLatencyMilliseconds)} ms more than the champion's 95th percentile on the same "
            + "instance; at most 5 % are expected.";
        return Finding.Of(FisherExact.PValue(slow, count, otherSlow, otherCount) < Level, text);
    }

    private static Finding OfMetric(RolloutSettings settings, Metric metric, MetricLoss? loss)
    {
        if (loss is null || loss.Loss <= settings.MaxMetricLoss) return Finding.None;
        var text = $"Its {metric.Name} on predictions with feedback is {Number(loss.Challenger)}, the champion's "
            + $"{Number(loss.Champion)}.";
        // An insignificant loss is not reported: of two equal models, one always has a loss.
        return loss.Loss - settings.MaxMetricLoss > LevelQuantile * loss.StandardError
            ? Finding.Of(true, text)
            : Finding.None;
    }

    private static string Disagreement(DisagreementReport? found) => found switch
    {
        null => "",
        { OtherLabel: { } share } => $" It gave {Percent(share)} of {found.Rows} rows another label.",
        _ => $" Its values differ by {Number(found.MeanDifference)} on average over {found.Rows} rows.",
    };

    private static string Requests(long count) =>
        count == 1 ? "1 request" : string.Create(CultureInfo.InvariantCulture, $"{count} requests");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.##} %");

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private sealed record Finding(Finding.Kind State, string Text)
    {
        public static Finding None { get; } = new(Kind.Fine, "");

        public static Finding Of(bool isSignificant, string text) =>
            new(isSignificant ? Kind.SignificantlyWorse : Kind.MaybeWorse, text);

        public enum Kind { Fine, MaybeWorse, SignificantlyWorse }
    }
}
