using Serverless.Core.Reports;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Core.Tests.Reports;

public class PlotTests
{
    [Theory]
    [InlineData(50)]
    [InlineData(20_000)]
    public void The_area_under_the_thinned_roc_curve_is_the_auc(int rows)
    {
        var random = new SplitMix64(1);
        var p = PredictionSamples.NoisyBinary(PredictionSamples.BinaryLabels(rows, 0.2, random), 2, random);
        var points = RocPlot.Points(p).ToArray();
        var area = points.Zip(points.Skip(1), (a, b) => (b.X - a.X) * (a.Y + b.Y) / 2).Sum();
        Assert.Equal(new Auc().Compute(p), area, 0.005);
        Assert.InRange(points.Length, 2, 410);
        Assert.Equal((1, 1), points[^1]);
    }

    [Fact]
    public void Equal_scores_are_one_step_of_the_roc_curve() =>
        Assert.Equal(
            [(0, 0), (0.5, 0.5), (1, 1)], RocPlot.Points(PredictionSamples.Binary([1, 0, 1, 0], [0.9, 0.9, 0.1, 0.1])));

    [Fact]
    public void Calibration_bins_have_their_rows_means_and_Wilsons_interval()
    {
        var bins = CalibrationPlot.Bins(PredictionSamples.Binary([1, 0, 0, 0, 1], [0.22, 0.24, 0.26, 0.28, 1]));
        Assert.Equal([0, 0, 4, 0, 0, 0, 0, 0, 0, 1], bins.Select(b => b.Rows));
        Assert.Equal(0.25, bins[2].Probability, 1e-12);
        Assert.Equal(0.25, bins[2].Frequency, 1e-12);
        // Wilson's interval of 1 in 4 at 95 %.
        Assert.Equal(0.0456, bins[2].Low, 0.0005);
        Assert.Equal(0.6994, bins[2].High, 0.0005);
    }

    [Theory]
    [InlineData(0, 1, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(-7, 12, new double[] { -5, 0, 5, 10 })]
    [InlineData(0, 23_000, new double[] { 0, 5000, 10_000, 15_000, 20_000 })]
    public void Ticks_are_round_numbers(double minimum, double maximum, double[] ticks) =>
        Assert.Equal(ticks, PlotArea.Ticks(minimum, maximum).Select(t => Math.Round(t, 9)));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(41.2, "41.2")]
    [InlineData(-0.3, "−0.3")]
    [InlineData(0.92134, "0.9213")]
    [InlineData(999.96, "1,000")]
    [InlineData(12345.6, "12,346")]
    [InlineData(0.00031, "0.00031")]
    [InlineData(0.0000012, "1.2e-6")]
    [InlineData(1.5e15, "1.5e+15")]
    [InlineData(double.NaN, "–")]
    public void Numbers_are_written_for_people(double value, string text) => Assert.Equal(text, NumberFormat.Of(value));

    [Fact]
    public void Numbers_beside_each_other_have_the_same_decimals() =>
        Assert.Equal(["1,234.0", "−2.5", "0.0", "–"], NumberFormat.Alike(1234, -2.5, 1e-9, double.NaN));
}
