using Serverless.Core.Registry;
using Serverless.Core.Rollouts.Statistics;
using Serverless.Core.Traffic;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Tests.Rollouts;

public sealed class StatisticsTests
{
    [Fact]
    public void Fishers_test_gives_the_probability_of_the_lady_tasting_tea()
    {
        // Fisher 1935: 3 of 4 cups right by chance, 17 of 70 ways.
        Assert.Equal(17.0 / 70, FisherExact.PValue(3, 4, 1, 4), 1e-12);
        Assert.Equal(1.0 / 34220, FisherExact.PValue(3, 3, 0, 57), 1e-15);
    }

    [Fact]
    public void Fishers_test_is_as_the_sum_over_all_ways()
    {
        var random = new SplitMix64(5);
        for (var i = 0; i < 200; i++)
        {
            var (n, m) = (1 + random.NextInt32(40), 1 + random.NextInt32(40));
            var (a, b) = (random.NextInt32(n + 1), random.NextInt32(m + 1));
            var expected = 0.0;
            for (var k = a; k <= Math.Min(n, a + b); k++)
            {
                expected += Choose(n, k) * Choose(m, a + b - k) / Choose(n + m, a + b);
            }

            if ((double)a / n <= (double)b / m) expected = 1;
            Assert.Equal(expected, FisherExact.PValue(a, n, b, m), 1e-11);
        }
    }

    [Fact]
    public void Fishers_test_of_millions_is_finite_and_says_nothing_without_trials()
    {
        Assert.InRange(FisherExact.PValue(50_300, 1_000_000, 500_000, 10_000_000), 0.05, 0.2);
        Assert.Equal(0, FisherExact.PValue(500_000, 1_000_000, 0, 10_000_000));
        Assert.Equal(1, FisherExact.PValue(3, 3, 0, 0));
        Assert.Equal(1, FisherExact.PValue(0, 0, 3, 3));
    }

    [Fact]
    public void A_latency_histogram_is_right_within_its_buckets_and_merges()
    {
        var (random, values) = (new SplitMix64(1), new List<double>());
        var (one, other, merged) = (new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
        for (var i = 0; i < 4000; i++)
        {
            values.Add(DeterministicMath.Exp(8 + (random.NextDouble() * 10)));
            (i % 3 == 0 ? one : other).Add(values[^1]);
        }

        merged.Add(one.ToCounts());
        merged.Add(other.ToCounts());
        values.Sort();
        foreach (var share in (double[])[0.01, 0.5, 0.95, 0.99, 1])
        {
            var exact = values[(int)Math.Ceiling(share * values.Count) - 1];
            Assert.InRange(merged.Quantile(share), exact, exact * 1.063);
        }

        var limit = values[3000];
        Assert.InRange(merged.CountAbove(limit), 999 * 0.9, 999);
        Assert.Equal(double.NaN, new LatencyHistogram().Quantile(0.5));
        foreach (var odd in (double[])[0, -1, double.NaN, 1e300]) merged.Add(odd);
        Assert.Equal(4004, merged.Count);
    }

    [Fact]
    public void Disagreement_adds_up_over_instances_and_knows_classes_by_name()
    {
        var before = Classes("no", "yes");
        var turned = Classes("yes", "no");
        var (one, other, both) = (new Disagreement(), new Disagreement(), new Disagreement());
        Add(one, 0.9, 0.1);   // both say yes, with 0.9
        Add(one, 0.2, 0.4);   // no with 0.2, yes with 0.6
        Add(other, 0.3, 0.9); // no with 0.3, no with 0.1
        both.Add(one.ToSketch());
        both.Add(other.ToSketch());

        var report = both.ToReport(ModelTask.Binary)!;
        Assert.Equal((3, 1.0 / 3, 0.2), (report.Rows, report.OtherLabel!.Value, Math.Round(report.MeanDifference, 12)));
        Assert.Equal([new LabelPair("no", "yes", 1)], report.Labels);
        Assert.Equal(0.6971, report.Correlation!.Value, 1e-4);
        Assert.Null(new Disagreement().ToReport(ModelTask.Binary));

        void Add(Disagreement to, double champion, double challenger) =>
            to.Add(before, [champion], turned, [challenger]);
    }

    [Fact]
    public void Total_variation_counts_classes_that_only_one_version_knows()
    {
        var all = new Disagreement();
        all.Add(
            Classes("a", "b", "c") with { Task = ModelTask.Multiclass }, [0.5, 0.3, 0.2],
            Classes("b", "d") with { Task = ModelTask.Multiclass }, [0.6, 0.4]);
        var report = all.ToReport(ModelTask.Multiclass)!;
        Assert.Equal((0.5 + 0.3 + 0.2 + 0.4) / 2, report.MeanDifference, 1e-12);
        Assert.Equal([new LabelPair("a", "b", 1)], report.Labels);
    }

    [Fact]
    public void A_metric_that_is_surely_worse_is_told_from_noise()
    {
        var metric = MetricCatalog.Find("rmse", ModelTask.Regression)!;
        var worse = MetricComparison.Run(metric, Guesses(1, 400, 2), Guesses(2, 400, 1), arePaired: false)!;
        Assert.InRange(worse.Loss / worse.StandardError, 8, 60);
        var (lost, trials) = (0, 200);
        for (var i = 0; i < trials; i++)
        {
            var same = MetricComparison.Run(
                metric, Guesses((ulong)i + 10, 150, 1), Guesses((ulong)i + 9000, 150, 1), arePaired: false)!;
            if (same.Loss > 2 * same.StandardError) lost++;
        }

        // 2.3 % by rights.
        Assert.InRange(lost, 0, 12);
        Assert.Null(MetricComparison.Run(metric, Guesses(1, 99, 1), Guesses(2, 400, 1), arePaired: false));
    }

    private static Predictions Guesses(ulong seed, int rows, double error)
    {
        var random = new SplitMix64(seed);
        var labels = Enumerable.Range(0, rows).Select(_ => (float)random.NextInt32(10)).ToArray();
        return new Predictions(
            ModelTask.Regression,
            [],
            labels,
            [.. labels.Select(l => l + (error * (random.NextDouble() + random.NextDouble() - 1)))]);
    }

    private static Signature Classes(params string[] classes) =>
        new() { Task = ModelTask.Binary, Label = "y", Classes = classes, Features = [] };

    private static double Choose(int n, int k)
    {
        if (k < 0 || k > n) return 0;
        var product = 1.0;
        for (var i = 1; i <= k; i++) product = product * (n - k + i) / i;
        return product;
    }
}
