using Serverless.Learning.Definition;
using Serverless.Learning.Gate;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Gate;

/// <summary>Error rates of the gate, by simulation with known truth.</summary>
public class GateCalibrationTests
{
    private const int Gates = 400;

    /// <summary>Three standard errors above one in twenty.</summary>
    private const double AtMost = 0.05 + (3 * 0.0109);

    [Theory]
    [InlineData("rmse", 20)]
    [InlineData("rmse", 100)]
    [InlineData("logLoss", 20)]
    [InlineData("logLoss", 100)]
    [InlineData("auc", 40)]
    [InlineData("auc", 100)]
    public void An_equal_candidate_is_promoted_at_most_one_time_in_twenty(string metric, int rows)
    {
        var promoted = Rate(metric, rows, quality: 1);
        Assert.InRange(promoted, 0, AtMost);
    }

    [Theory]
    [InlineData("rmse", 0.8)]
    [InlineData("logLoss", 1.8)]
    [InlineData("auc", 1.8)]
    public void A_candidate_that_is_really_better_is_promoted_nearly_always(string metric, double quality)
    {
        var promoted = Rate(metric, rows: 400, quality, gates: 60);
        Assert.InRange(promoted, 0.97, 1);
    }

    [Fact]
    public void Blocks_hold_the_error_rate_under_autocorrelation_where_single_rows_fail()
    {
        Assert.InRange(DependentRate(timeOrdered: true, Gates), 0, AtMost);
        Assert.InRange(DependentRate(timeOrdered: false, gates: 100), 0.12, 1);
    }

    /// <summary>
    /// Candidate and champion see the same truth through independent noise; with quality 1 they are equally good.
    /// </summary>
    private static double Rate(string metric, int rows, double quality, int gates = Gates)
    {
        var promoted = 0;
        for (var i = 0; i < gates; i++)
        {
            var random = new SplitMix64(SplitMix64.Mix((ulong)(i + 1)));
            Predictions candidate, champion, baseline;
            if (metric == "rmse")
            {
                var labels = PredictionSamples.Labels(rows, random);
                candidate = PredictionSamples.Noisy(labels, 0.5 * quality, random);
                champion = PredictionSamples.Noisy(labels, 0.5, random);
                baseline = PredictionSamples.Constant(candidate, 0);
            }
            else
            {
                var labels = PredictionSamples.BinaryLabels(rows, 0.3, random);
                candidate = PredictionSamples.NoisyBinary(labels, 1.5 * quality, random);
                champion = PredictionSamples.NoisyBinary(labels, 1.5, random);
                baseline = PredictionSamples.Constant(candidate, metric == "auc" ? 0.3 : 0.001);
            }

            if (Decide(metric, candidate, champion, baseline, i, timeOrdered: false)) promoted++;
        }

        return (double)promoted / gates;
    }

    /// <summary>Two models with autocorrelated errors: AR(1) with coefficient 0.8.</summary>
    private static double DependentRate(bool timeOrdered, int gates)
    {
        var promoted = 0;
        for (var i = 0; i < gates; i++)
        {
            var random = new SplitMix64(SplitMix64.Mix((ulong)(i + 1)));
            var labels = PredictionSamples.Labels(200, random);
            var candidate = Lasting(labels, random);
            var champion = Lasting(labels, random);
            if (Decide("rmse", candidate, champion, PredictionSamples.Constant(candidate, 100), i, timeOrdered))
            {
                promoted++;
            }
        }

        return (double)promoted / gates;
    }

    private static Predictions Lasting(float[] labels, SplitMix64 random)
    {
        double error = 0;
        return PredictionSamples.Regression(
            labels, Array.ConvertAll(labels, l => l + (error = (0.8 * error) + PredictionSamples.Normal(random))));
    }

    private static bool Decide(
        string metric, Predictions candidate, Predictions champion, Predictions baseline, int seed, bool timeOrdered) =>
        PromotionGate.Decide(
            new GateInput
            {
                Candidate = candidate,
                Champion = champion,
                ChampionVersion = 1,
                Baseline = baseline,
                Metric = MetricCatalog.Find(metric, candidate.Task)!,
                Settings = new ValidationSettings(),
                Seed = seed,
                TimeOrdered = timeOrdered,
            },
            TestContext.Current.CancellationToken).Promotes;
}
