using Serverless.Core.Monitoring;
using Serverless.Core.Traffic;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Profiling;

namespace Serverless.Core.Tests.Monitoring;

public sealed class DriftDetectorTests
{
    [Theory]
    [InlineData(DriftStatistic.Ks, DriftStatistic.Chisquare)]
    [InlineData(DriftStatistic.Wasserstein, DriftStatistic.Jensenshannon)]
    [InlineData(DriftStatistic.Psi, DriftStatistic.Psi)]
    public void Categories_are_compared_by_a_statistic_of_the_same_kind_that_needs_no_order(
        DriftStatistic asked, DriftStatistic used)
    {
        var drift = DriftDetector.Compare(
            Categories(500, 500, 0), new ColumnSketch(0, [100, 900, 0], null, null), With(asked));
        Assert.Equal(used, drift.Statistic);
        Assert.NotNull(drift.Reason);
        Assert.Null(DriftDetector.Compare(
            Categories(500, 500, 0), new ColumnSketch(0, [50, 50, 0], null, null), With(asked)).Reason);
    }

    [Theory]
    [InlineData(DriftStatistic.Ks)]
    [InlineData(DriftStatistic.Wasserstein)]
    [InlineData(DriftStatistic.Psi)]
    [InlineData(DriftStatistic.Jensenshannon)]
    [InlineData(DriftStatistic.Chisquare)]
    public void A_column_that_is_missing_throughout_has_drifted_with_finite_numbers(DriftStatistic asked)
    {
        var reference = new FeatureProfile
        {
            Name = "x",
            Type = ColumnType.Numeric,
            Rows = 100,
            Missing = 0,
            Edges = [1, 2],
            Counts = [40, 40, 20],
            Minimum = 0,
            Maximum = 3,
            Mean = 1.2,
            StandardDeviation = 0.8,
        };

        var drift = DriftDetector.Compare(reference, new ColumnSketch(100, [0, 0, 0], null, null), With(asked));

        Assert.NotNull(drift.Reason);
        Assert.Equal((1, 0), (drift.MissingShare, drift.ReferenceMissingShare));
        Assert.All(
            (double[])[drift.Value, drift.Psi, drift.JensenShannon, drift.KsDistance],
            v => Assert.True(double.IsFinite(v)));
    }

    [Fact]
    public void New_categories_are_drift_of_their_own()
    {
        var drift = DriftDetector.Compare(
            Categories(500, 500, 0),
            new ColumnSketch(0, [440, 440, 120], null, null),
            With(DriftStatistic.Psi) with { Threshold = 10 });
        Assert.Equal(
            "12.0 % have a category unknown in training",
            drift.Reason!.Replace("12.0%", "12.0 %", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DriftStatistic.Psi)]
    [InlineData(DriftStatistic.Jensenshannon)]
    [InlineData(DriftStatistic.Wasserstein)]
    public void Few_rows_of_the_same_distribution_are_seldom_taken_for_drift(DriftStatistic asked)
    {
        var random = new SplitMix64(3);
        var alarms = 0;
        for (var repetition = 0; repetition < 500; repetition++)
        {
            var (before, now) = (Draw(200), Draw(100));
            var reference = new FeatureProfile
            {
                Name = "x",
                Type = ColumnType.Numeric,
                Rows = 200,
                Missing = 0,
                Edges = [1, 2, 3, 4, 5, 6, 7, 8, 9],
                Counts = before,
                Minimum = 0,
                Maximum = 10,
                Mean = 5,
                StandardDeviation = 2.9,
            };
            if (DriftDetector.Compare(reference, new ColumnSketch(0, now, 0, 10), With(asked)).Drifted) alarms++;
        }

        Assert.InRange(alarms, 0, 12);

        long[] Draw(int rows)
        {
            var counts = new long[10];
            for (var i = 0; i < rows; i++) counts[random.NextInt32(10)]++;
            return counts;
        }
    }

    private static DriftSettings With(DriftStatistic statistic) => new() { Statistic = statistic };

    private static FeatureProfile Categories(params long[] counts) => new()
    {
        Name = "colour",
        Type = ColumnType.Categorical,
        Rows = counts.Sum(),
        Missing = 0,
        Counts = counts,
    };
}
