using Serverless.Learning.Definition;
using Serverless.Learning.Gate;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Gate;

public class PromotionGateTests
{
    private const int Rows = 2790;

    private static readonly float[] Labels = PredictionSamples.Labels(Rows, new SplitMix64(1));

    private static readonly Predictions Good = PredictionSamples.Noisy(Labels, 0.3, new SplitMix64(2));
    private static readonly Predictions Fair = PredictionSamples.Noisy(Labels, 0.5, new SplitMix64(3));
    private static readonly Predictions Bad = PredictionSamples.Noisy(Labels, 2, new SplitMix64(4));
    private static readonly Predictions Mean = PredictionSamples.Constant(Good, 0);

    private static GateInput Input(
        Predictions candidate, Predictions? champion = null, ValidationSettings? settings = null) => new()
        {
            Candidate = candidate,
            Champion = champion,
            ChampionVersion = champion is null ? null : 3,
            Baseline = Mean,
            Metric = MetricCatalog.Default(ModelTask.Regression),
            Settings = settings ?? new ValidationSettings(),
            Seed = 42,
        };

    private static GateVerdict Decide(GateInput input) =>
        PromotionGate.Decide(input, TestContext.Current.CancellationToken);

    private static ValidationSettings Limit(string metric, MetricThreshold threshold) =>
        new() { Thresholds = new Dictionary<string, MetricThreshold> { [metric] = threshold } };

    [Fact]
    public void A_significantly_better_candidate_is_promoted_with_the_reason()
    {
        var verdict = Decide(Input(Good, Fair));
        Assert.Equal(GateDecision.Promote, verdict.Decision);
        Assert.Matches(
            @"^Promoted: on 2,790 held-out rows rmse is 0\.\d+ against the champion's 0\.\d+ \(version 3\); "
            + @"the improvement of 0\.\d+ has a 95 % lower bound of 0\.\d+, above the required 0\.$",
            verdict.Reasons[0]);
        Assert.Contains("The baseline, which uses no feature, has ", verdict.Reasons[1], StringComparison.Ordinal);
        Assert.Equal(Rows, verdict.Rows);
        Assert.Equal(3, verdict.ChampionVersion);
        Assert.Equal(MetricCatalog.All(Fair), verdict.Champion!);
        var improvement = verdict.Improvement!;
        Assert.Equal(verdict.Champion!["rmse"] - verdict.Candidate["rmse"], improvement.Estimate, 1e-12);
        Assert.InRange(improvement.Estimate, improvement.Lower, improvement.Upper);
        Assert.Equal(2000, improvement.Resamples);
    }

    [Fact]
    public void A_worse_candidate_is_refused_with_the_numbers()
    {
        var verdict = Decide(Input(Fair, Good));
        Assert.Equal(GateDecision.NotBetter, verdict.Decision);
        Assert.Matches(
            @"^Refused: on 2,790 held-out rows rmse is .* against the champion's .* \(version 3\); "
            + @"the improvement of −0\.\d+ has a 95 % lower bound of −0\.\d+, and must be above 0\.$",
            verdict.Reasons[0]);
    }

    [Fact]
    public void The_same_model_again_is_refused() =>
        Assert.Equal(GateDecision.NotBetter, Decide(Input(Fair, Fair)).Decision);

    [Fact]
    public void Without_a_champion_the_baseline_must_be_significantly_beaten()
    {
        var verdict = Decide(Input(Fair));
        Assert.True(verdict.Promotes);
        Assert.Contains("against the baseline's", verdict.Reasons[0], StringComparison.Ordinal);
        Assert.Contains("no champion yet", verdict.Reasons[0], StringComparison.Ordinal);
        Assert.Null(verdict.Champion);
        Assert.Equal(GateDecision.NotBetter, Decide(Input(Mean)).Decision);
        Assert.Equal(GateDecision.NotBetter, Decide(Input(Bad)).Decision);
    }

    [Fact]
    public void A_candidate_that_beats_the_champion_but_not_the_baseline_is_refused()
    {
        var verdict = Decide(Input(Bad, PredictionSamples.Noisy(Labels, 4, new SplitMix64(9))));
        Assert.Equal(GateDecision.NotBetter, verdict.Decision);
        Assert.True(verdict.Improvement!.Lower > 0);
        Assert.Matches(@"^Refused: rmse is .* against the .* of the baseline.*: not significantly better",
            Assert.Single(verdict.Reasons));
    }

    [Fact]
    public void The_improvement_must_significantly_exceed_the_minimum()
    {
        var lower = Decide(Input(Good, Fair)).Improvement!.Lower;
        Assert.True(Decide(Input(Good, Fair, new ValidationSettings { MinimumImprovement = lower * 0.99 })).Promotes);
        Assert.False(Decide(Input(Good, Fair, new ValidationSettings { MinimumImprovement = lower })).Promotes);
    }

    [Fact]
    public void A_threshold_is_met_at_its_value_and_missed_beyond()
    {
        var rmse = MetricCatalog.All(Good)["rmse"];
        Assert.True(Decide(Input(Good, Fair, Limit("rmse", new MetricThreshold { Threshold = rmse }))).Promotes);
        var verdict = Decide(Input(Good, Fair, Limit("rmse", new MetricThreshold { Threshold = rmse - 0.01 })));
        Assert.Equal(GateDecision.BelowThreshold, verdict.Decision);
        Assert.Matches(@"^Refused: rmse is 0\.\d+, and must be at most 0\.\d+\.$", Assert.Single(verdict.Reasons));

        Assert.False(Decide(Input(Good, Fair, Limit("r2", new MetricThreshold { Threshold = 0.999 }))).Promotes);
        Assert.True(Decide(Input(
            Good, Fair, Limit("r2", new MetricThreshold { Threshold = 0.999, GreaterIsBetter = false }))).Promotes);
    }

    [Theory]
    [InlineData(true, 0.9)]
    [InlineData(false, 1.1)]
    public void Changes_are_against_the_champion(bool met, double share)
    {
        var (candidate, champion) = (MetricCatalog.All(Good)["rmse"], MetricCatalog.All(Fair)["rmse"]);
        var absolute = new MetricThreshold { MinAbsoluteChange = share * (champion - candidate) };
        var relative = new MetricThreshold { MinRelativeChange = share * (champion - candidate) / champion };
        Assert.Equal(met, Decide(Input(Good, Fair, Limit("rmse", absolute))).Promotes);
        Assert.Equal(met, Decide(Input(Good, Fair, Limit("rmse", relative))).Promotes);
    }

    [Fact]
    public void Without_a_champion_a_change_is_relative_to_the_baseline()
    {
        var verdict = Decide(Input(Good, null, Limit("rmse", new MetricThreshold { MinRelativeChange = 0.95 })));
        Assert.Matches(
            @"^Refused: rmse is .* against the baseline's .*: better by \d+(\.\d)? %, and must be by at least 95 %\.$",
            verdict.Reasons[0]);

        var labels = PredictionSamples.BinaryLabels(1000, 0.3, new SplitMix64(7));
        var candidate = PredictionSamples.NoisyBinary(labels, 3, new SplitMix64(8));
        var ofNothing = new GateInput
        {
            Candidate = candidate,
            Baseline = PredictionSamples.Constant(candidate, 0.3),
            Metric = MetricCatalog.Default(ModelTask.Binary),
            Settings = Limit("recall", new MetricThreshold { MinRelativeChange = 5 }),
            Seed = 42,
        };
        Assert.Equal(0, MetricCatalog.All(ofNothing.Baseline)["recall"]);
        Assert.True(Decide(ofNothing).Promotes);
    }

    [Fact]
    public void A_threshold_on_an_unknown_metric_is_never_met()
    {
        var verdict = Decide(Input(Good, Fair, Limit("auc", new MetricThreshold { Threshold = 0.1 })));
        Assert.Equal(GateDecision.BelowThreshold, verdict.Decision);
        Assert.Equal("Refused: auc has a threshold but is not a metric of this task; expected one of rmse, mae, r2.",
            verdict.Reasons[0]);
    }

    [Fact]
    public void A_candidate_that_loses_a_large_slice_is_refused()
    {
        int[] slice = [.. Enumerable.Range(100, 60)];
        var outputs = (double[])Good.Outputs.Clone();
        foreach (var row in slice) outputs[row] = Bad.Outputs[row];
        var input = Input(Good with { Outputs = outputs }, Fair) with
        {
            Slices = new Dictionary<string,
            int[]>
            { ["carrier = AA"] = slice, ["carrier = UA"] = [.. Enumerable.Range(1000, 900)] },
        };

        var verdict = Decide(input);
        Assert.Equal(GateDecision.NotBetter, verdict.Decision);
        Assert.True(verdict.Improvement!.Lower > 0);
        Assert.Matches(
            @"^Refused: rmse on the 60 rows where carrier = AA is .* against the champion's .*: significantly worse, ",
            Assert.Single(verdict.Reasons));

        var small = Decide(input with { Slices = new Dictionary<string, int[]> { ["carrier = AA"] = slice[..49] } });
        Assert.True(small.Promotes);
        Assert.DoesNotContain(small.Reasons, r => r.Contains("slice", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_promoted_where_the_metric_is_not_defined()
    {
        var oneClass = PredictionSamples.Binary(new float[100], new double[100]);
        var input = new GateInput
        {
            Candidate = oneClass,
            Baseline = oneClass,
            Metric = MetricCatalog.Default(ModelTask.Binary),
            Settings = new ValidationSettings(),
            Seed = 42,
        };
        var verdict = Decide(input);
        Assert.Equal(GateDecision.NotBetter, verdict.Decision);
        Assert.Null(verdict.Improvement);
        Assert.Equal(
            "Refused: on 100 held-out rows auc is not defined for the candidate; it needs enough rows of both classes.",
            verdict.Reasons[0]);

        var twoPositives = PredictionSamples.Binary([1, 1, .. new float[98]], [1, 1, .. new double[98]]);
        var few = Decide(
            input with { Candidate = twoPositives, Baseline = PredictionSamples.Constant(twoPositives, 0.02) });
        Assert.Equal(GateDecision.NotBetter, few.Decision);
        Assert.Contains("100 held-out rows are too few to tell", few.Reasons[0], StringComparison.Ordinal);
        Assert.Null(few.Improvement);
    }

    [Fact]
    public void A_champion_with_the_other_positive_class_can_be_compared()
    {
        var random = new SplitMix64(7);
        var labels = PredictionSamples.BinaryLabels(1000, 0.3, random);
        var candidate = PredictionSamples.NoisyBinary(labels, 3, random);
        var champion = PredictionSamples.NoisyBinary(labels, 1.5, random);
        var turned = new Predictions(
            ModelTask.Binary, ["yes", "no"], Array.ConvertAll(champion.Labels, l => 1 - l),
            Array.ConvertAll(champion.Outputs, p => 1 - p));
        var input = new GateInput
        {
            Candidate = candidate,
            Champion = champion,
            ChampionVersion = 1,
            Baseline = PredictionSamples.Constant(candidate, 0.3),
            Metric = MetricCatalog.Find("recall", ModelTask.Binary)!,
            Settings = new ValidationSettings(),
            Seed = 42,
        };
        Assert.Equal(Decide(input).Reasons, Decide(input with { Champion = turned }).Reasons);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_another()
    {
        var first = Decide(Input(Good, Fair)).Improvement;
        Assert.Equal(first, Decide(Input(Good, Fair)).Improvement);
        Assert.NotEqual(first, Decide(Input(Good, Fair) with { Seed = 43 }).Improvement);
    }

    [Fact]
    public void The_interval_is_as_wide_as_theory_says()
    {
        // rmse² is the mean of the squared errors; the delta method gives the standard error of the difference of rmse.
        var (a, b) = (MetricCatalog.All(Good)["rmse"], MetricCatalog.All(Fair)["rmse"]);
        var terms = Enumerable.Range(0, Rows).Select(i =>
            (Math.Pow(Fair.Outputs[i] - Labels[i], 2) / (2 * b))
                - (Math.Pow(Good.Outputs[i] - Labels[i], 2) / (2 * a))).ToArray();
        var mean = terms.Average();
        var error = Math.Sqrt(terms.Sum(t => (t - mean) * (t - mean)) / Rows / Rows);
        var intervals = Enumerable.Range(0, 16)
            .Select(seed => Decide(Input(Good, Fair) with { Seed = seed }).Improvement!).ToArray();
        Assert.Equal(1.645 * error, intervals.Average(i => i.Estimate - i.Lower), 0.05 * error);
        Assert.Equal(1.645 * error, intervals.Average(i => i.Upper - i.Estimate), 0.05 * error);
    }

    [Fact]
    public void Predictions_of_other_rows_are_a_bug() =>
        Assert.Throws<ArgumentException>(() => Decide(Input(
            Good, PredictionSamples.Noisy(PredictionSamples.Labels(Rows, new SplitMix64(8)), 1, new SplitMix64(8)))));

    [Theory]
    [InlineData("auc")]
    [InlineData("logLoss")]
    [InlineData("f1")]
    public void Of_a_hundred_thousand_rows_fewer_resamples_decide(string metric)
    {
        var random = new SplitMix64(1);
        var labels = PredictionSamples.BinaryLabels(100_000, 0.2, random);
        var input = new GateInput
        {
            Candidate = PredictionSamples.NoisyBinary(labels, 2, random),
            Champion = PredictionSamples.NoisyBinary(labels, 1.5, random),
            ChampionVersion = 1,
            Baseline = PredictionSamples.Constant(PredictionSamples.Binary(labels, new double[labels.Length]), 0.2),
            Metric = MetricCatalog.Find(metric, ModelTask.Binary)!,
            Settings = new ValidationSettings(),
            Seed = 42,
        };
        var verdict = Decide(input);
        Assert.Equal(500, verdict.Improvement!.Resamples);
        Assert.True(verdict.Promotes);
    }
}
