using Serverless.Core.Registry;
using Serverless.Core.Rollouts;
using Serverless.Core.Rollouts.Statistics;
using Serverless.Core.Serving;
using Serverless.Core.Traffic;
using Serverless.Core.Truth;
using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Tests.Rollouts;

/// <summary>The judge, over what instances would have written.</summary>
public sealed class RolloutJudgeTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly RolloutSettings Settings = new() { Strategy = RolloutStrategy.Canary, Steps = [5, 25] };

    [Fact]
    public void A_canary_that_fails_every_request_is_rolled_back_after_a_handful()
    {
        var report = Judge([Sketch(champion: new Side(76), challenger: new Side(4, Errors: 4))], minutes: 1);

        Assert.Equal(RolloutDecision.RollBack, report.Decision);
        Assert.Equal(
            "Version 2 is significantly worse than version 1. 4 of 4 requests failed (100 %; the champion's: 0 %). "
            + "InvalidOperationException: broken",
            report.Reason);
        Assert.Equal((4, 4), (report.Challenger.Requests, report.Challenger.Errors));
    }

    [Fact]
    public void Errors_within_what_is_allowed_or_within_chance_do_not_roll_back()
    {
        Assert.Equal(
            RolloutDecision.StepUp,
            Judge([Sketch(new Side(100_000), new Side(10_000, Errors: 90))], minutes: 10).Decision);
        Assert.Equal(RolloutDecision.Hold, Judge([Sketch(new Side(19), new Side(1, Errors: 1))], minutes: 10).Decision);
        // 4 % against 2 % on 200 requests may be chance: neither up nor back.
        var unsure = Judge([Sketch(new Side(4000, Errors: 80), new Side(200, Errors: 8))], minutes: 10);
        Assert.Equal(RolloutDecision.Hold, unsure.Decision);
        Assert.StartsWith(
            "Version 2 may be worse than version 1; more requests are needed to decide. 8 of 200 requests failed",
            unsure.Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_canary_is_rolled_back_and_one_that_is_slow_by_less_than_counts_is_not()
    {
        var slow = Judge([Sketch(new Side(950, Milliseconds: 2), new Side(50, Milliseconds: 6))], minutes: 1);
        Assert.Equal(RolloutDecision.RollBack, slow.Decision);
        Assert.Contains(
            "100 % of its rows took 50 % and 1 ms more than the champion's 95th percentile",
            slow.Reason,
            StringComparison.Ordinal);

        // Three times as long, and 0.06 ms more.
        Assert.Equal(
            RolloutDecision.StepUp,
            Judge(
                [Sketch(new Side(9500, Milliseconds: 0.03), new Side(500, Milliseconds: 0.09))], minutes: 10).Decision);
        // 2 ms more, and 20 % more.
        Assert.Equal(
            RolloutDecision.StepUp,
            Judge([Sketch(new Side(9500, Milliseconds: 10), new Side(500, Milliseconds: 12))], minutes: 10).Decision);
    }

    [Fact]
    public void Latency_is_compared_with_the_champions_on_the_same_instance()
    {
        // The slow machine answers more of the canary's requests: on each of the two, both versions take as long.
        var report = Judge(
            [
                Sketch(new Side(900, Milliseconds: 2), new Side(20, Milliseconds: 2), seed: 1),
                Sketch(new Side(400, Milliseconds: 20), new Side(300, Milliseconds: 20), seed: 2),
            ],
            minutes: 10);
        Assert.Equal(RolloutDecision.StepUp, report.Decision);
    }

    [Fact]
    public void A_worse_metric_on_feedback_rolls_back()
    {
        var outcomes = new Dictionary<string, GroundTruth>();
        var random = new SplitMix64(3);
        var (good, bad) = (Predictions(1), Predictions(4));

        var report = Judge([Sketch(new Side(4000, Sample: good), new Side(400, Sample: bad))], minutes: 1, outcomes);
        Assert.Equal(RolloutDecision.RollBack, report.Decision);
        Assert.Contains("Its rmse on predictions with feedback is", report.Reason, StringComparison.Ordinal);
        Assert.Equal((300, 300), (report.Champion.Outcomes, report.Challenger.Outcomes));

        Assert.Equal(
            RolloutDecision.StepUp,
            Judge(
                [Sketch(new Side(4000, Sample: good), new Side(400, Sample: Predictions(1)))],
                minutes: 10,
                outcomes).Decision);

        List<RolloutPrediction> Predictions(double error)
        {
            var sample = new List<RolloutPrediction>();
            for (var i = 0; i < 300; i++)
            {
                var id = $"p{outcomes.Count}";
                outcomes[id] = new GroundTruth(id, null, random.NextInt32(100));
                sample.Add(
                    new RolloutPrediction(id, [outcomes[id].Value!.Value + (error * (random.NextDouble() - 0.5))]));
            }

            return sample;
        }
    }

    [Fact]
    public void A_step_lasts_until_both_its_time_and_its_requests_are_there()
    {
        RolloutSketch[] enough = [Sketch(new Side(3800), new Side(200))];
        Assert.Equal(RolloutDecision.Hold, Judge(enough, minutes: 9).Decision);
        Assert.Equal(RolloutDecision.StepUp, Judge(enough, minutes: 10).Decision);
        Assert.Equal(RolloutDecision.Promote, Judge(enough, minutes: 10, step: 2).Decision);
        Assert.Equal(
            RolloutDecision.AwaitApproval,
            Judge(enough, minutes: 10, step: 2, settings: Settings with { Approval = ApprovalMode.Manual }).Decision);
        Assert.Equal(
            "Version 2 had 199 requests; at least 200 are required.",
            Judge([Sketch(new Side(3800), new Side(199))], minutes: 600).Reason);
        Assert.Equal(RolloutDecision.Hold, Judge([], minutes: 600).Decision);
    }

    [Fact]
    public void Of_canaries_as_good_as_the_champion_fewer_than_one_in_a_hundred_is_lost_in_a_days_looks()
    {
        // Both fail 3 requests in 100 and are as slow as each other, by chance alone; judged each minute for a day.
        var (random, lost) = (new SplitMix64(11), 0);
        const int canaries = 400;
        for (var canary = 0; canary < canaries; canary++)
        {
            var (errors, otherErrors, slow, otherSlow) = (0L, 0L, 0L, 0L);
            for (var look = 1; look <= 1440; look++)
            {
                for (var i = 0; i < 4; i++)
                {
                    if (random.NextDouble() < 0.03) errors++;
                    if (random.NextDouble() < 0.06) slow++;
                    if (random.NextDouble() < 0.03) otherErrors++;
                    if (random.NextDouble() < 0.06) otherSlow++;
                }

                var n = 4L * look;
                if (FisherExact.PValue(errors, n, otherErrors, n) >= RolloutJudge.Level
                    && FisherExact.PValue(slow, n, otherSlow, n) >= RolloutJudge.Level) continue;
                lost++;
                break;
            }
        }

        Assert.InRange(lost, 0, canaries / 100);
    }

    private static RolloutReport Judge(
        RolloutSketch[] sketches,
        double minutes,
        IReadOnlyDictionary<string, GroundTruth>? outcomes = null,
        int step = 1,
        RolloutSettings? settings = null)
    {
        settings ??= Settings;
        var evidence = new RolloutEvidence(
            settings, ModelTask.Regression, outcomes ?? new Dictionary<string, GroundTruth>());
        foreach (var sketch in sketches) evidence.Add(sketch);
        var rollout = Rollout.Begin(2, 1, settings, Start) with { Step = step };
        return RolloutJudge.Judge(
            "lines",
            rollout,
            MetricCatalog.Find("rmse", ModelTask.Regression)!,
            evidence,
            Start.AddMinutes(minutes));
    }

    private static RolloutSketch Sketch(Side champion, Side challenger, ulong seed = 1) => new()
    {
        Model = "lines",
        Version = 2,
        StepStartedAt = Start,
        Until = Start,
        Champion = champion.ToSketch(new SplitMix64(seed)),
        Challenger = challenger.ToSketch(new SplitMix64(seed + 100)),
    };

    /// <param name="Milliseconds">Of a row, give or take a tenth.</param>
    private sealed record Side(
        int Requests, int Errors = 0, double Milliseconds = 0.1, IReadOnlyList<RolloutPrediction>? Sample = null)
    {
        public SideSketch ToSketch(SplitMix64 random)
        {
            var latency = new LatencyHistogram();
            for (var i = 0; i < Requests - Errors; i++)
            {
                latency.Add(Milliseconds * 1e6 * (0.9 + (0.2 * random.NextDouble())));
            }

            return new SideSketch(
                Requests,
                Errors,
                Errors > 0 ? "InvalidOperationException: broken" : null,
                latency.ToCounts(),
                [],
                Sample ?? []);
        }
    }
}
