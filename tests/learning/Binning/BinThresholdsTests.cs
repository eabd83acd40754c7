using Serverless.Learning.Binning;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tests.Binning;

public class BinThresholdsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(253)]
    public void A_value_falls_into_the_bin_of_the_first_threshold_not_below(int count)
    {
        var random = new SplitMix64(5);
        float[] thresholds = [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble()).Order()];
        var edges = new BinThresholds(thresholds);

        float[] values = [.. thresholds, .. thresholds.Select(MathF.BitIncrement),
            .. thresholds.Select(MathF.BitDecrement), -1, 2, float.MinValue, float.MaxValue];
        foreach (var value in values) Assert.Equal(1 + thresholds.Count(t => t < value), edges.BinOf(value));
        Assert.Equal(BinnedColumn.MissingBin, edges.BinOf(float.NaN));
    }

    [Fact]
    public void Quantiles_give_bins_of_about_equally_many_values()
    {
        var random = new SplitMix64(5);
        float[] values = [.. Enumerable.Range(0, 100_000).Select(_ => (float)random.NextDouble()).Order()];
        var edges = BinThresholds.OfQuantiles(values, BinnedColumn.MaxValueBins);

        var counts = values.CountBy(v => edges.BinOf(v)).Select(c => c.Value).ToList();
        Assert.Equal(BinnedColumn.MaxValueBins, counts.Count);
        Assert.InRange(counts.Max() - counts.Min(), 0, 40);
    }
}
