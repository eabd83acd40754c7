using Serverless.Core.Monitoring;
using Serverless.Core.Monitoring.Statistics;
using Serverless.Core.Traffic;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Profiling;

namespace Serverless.Core.Tests.Monitoring;

/// <summary>Expected values are SciPy's.</summary>
public class DriftStatisticsTests
{
    private static readonly long[] Reference = [120, 340, 210, 80, 50];
    private static readonly long[] Current = [20, 30, 45, 25, 30];

    [Fact]
    public void Psi_is_the_sum_over_bins() =>
        Assert.Equal(0.3705574112850586, PopulationStabilityIndex.Compute(Reference, Current), 1e-12);

    [Fact]
    public void Psi_of_an_empty_bin_is_finite() =>
        Assert.InRange(PopulationStabilityIndex.Compute([100, 100], [100, 0]), 0.5, 10);

    [Fact]
    public void Jensen_Shannon_distance_is_the_root_of_the_divergence_to_base_2()
    {
        Assert.Equal(0.2540295482802968, JensenShannonDistance.Compute(Reference, Current), 1e-12);
        Assert.Equal(0, JensenShannonDistance.Compute(Reference, Reference), 1e-7);
        Assert.Equal(1, JensenShannonDistance.Compute([5, 0], [0, 9]), 1e-12);
    }

    [Fact]
    public void Kolmogorov_Smirnov_has_the_largest_distance_and_its_p_value()
    {
        var (distance, p) = KolmogorovSmirnov.Compute(Reference, Current);
        Assert.Equal(0.24166666666666659, distance, 1e-12);
        Assert.Equal(5.551813422133529e-07, p, 1e-12);
        Assert.Equal(1, KolmogorovSmirnov.Compute(Reference, Reference).PValue);
    }

    [Theory]
    [InlineData(new long[] { 120, 340, 210, 80, 50 }, new long[] { 20, 30, 45, 25, 30 }, 2.508413745947289e-10)]
    [InlineData(new long[] { 100, 100, 100, 100 }, new long[] { 26, 24, 25, 27 }, 0.9843211128143878)]
    [InlineData(new long[] { 100, 100 }, new long[] { 40, 60 }, 0.10170693003109312)]
    public void Chi_square_has_the_p_value_of_homogeneity(long[] reference, long[] current, double expected) =>
        Assert.Equal(expected, ChiSquare.PValue(reference, current), expected * 2e-6);

    [Fact]
    public void Wasserstein_is_the_shift_in_standard_deviations()
    {
        // All mass moves one bin of width 1 up: the distance is 1, in standard deviations of 2 it is 0.5.
        var distance = new WassersteinDistance().Compute(
            new ColumnDistributions(
                [10, 10, 0], [0, 10, 10], Edges: [1, 2], Minimum: 0, Maximum: 3, StandardDeviation: 2));
        Assert.Equal(0.5, distance, 1e-12);
    }

    [Fact]
    public void Traffic_from_the_training_distribution_does_not_drift_and_shifted_traffic_does()
    {
        var profile = Numeric([100, 100, 100, 100], edges: [1, 2, 3]);
        Assert.False(DriftDetector.Compare(profile, Sketch([52, 48, 55, 45]), new DriftSettings()).Drifted);
        var shifted = DriftDetector.Compare(profile, Sketch([5, 15, 60, 120]), new DriftSettings());
        Assert.True(shifted.Drifted);
        Assert.Contains("PSI", shifted.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_values_are_drift_of_their_own()
    {
        var drift = DriftDetector.Compare(
            Numeric([100, 100], edges: [1]), new ColumnSketch(80, [60, 60], 0, 2), new DriftSettings());
        Assert.Contains("missing", drift.Reason, StringComparison.Ordinal);
        Assert.Equal(0.4, drift.MissingShare, 1e-12);
    }

    [Fact]
    public void Many_rare_categories_in_little_traffic_are_no_drift()
    {
        // 200 categories of equal share, 300 predictions: most categories have 0, 1 or 2. One by one, that is a PSI
        // above 1.
        var random = new SplitMix64(3);
        var counts = new long[201];
        for (var i = 0; i < 300; i++) counts[random.NextInt32(200)]++;
        var profile = new FeatureProfile
        {
            Name = "airport",
            Type = ColumnType.Categorical,
            Rows = 20_000,
            Missing = 0,
            Counts = [.. Enumerable.Repeat(100L, 200), 0],
        };
        Assert.False(
            DriftDetector.Compare(profile, new ColumnSketch(0, counts, null, null), new DriftSettings()).Drifted);
    }

    [Fact]
    public void Categories_that_training_has_not_seen_are_drift()
    {
        var profile = new FeatureProfile
        {
            Name = "city",
            Type = ColumnType.Categorical,
            Rows = 200,
            Missing = 0,
            Counts = [100, 100, 0],
        };
        var drift = DriftDetector.Compare(profile, new ColumnSketch(0, [50, 50, 100], null, null), new DriftSettings());
        Assert.True(drift.Drifted);
        Assert.Equal(0.5, drift.UnseenShare!.Value, 1e-12);
    }

    private static FeatureProfile Numeric(long[] counts, double[] edges) => new()
    {
        Name = "x",
        Type = ColumnType.Numeric,
        Rows = counts.Sum(),
        Missing = 0,
        Edges = edges,
        Counts = counts,
        Minimum = 0,
        Maximum = 4,
        Mean = 2,
        StandardDeviation = 1,
    };

    private static ColumnSketch Sketch(long[] counts) => new(0, counts, 0, 4);
}
