using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Profiling;

namespace Serverless.Learning.Tests.Profiling;

public sealed class ProfileBinsTests
{
    [Fact]
    public void A_number_falls_in_the_bin_after_the_edges_below_it()
    {
        var random = new SplitMix64(3);
        for (var edgeCount = 0; edgeCount <= 12; edgeCount++)
        {
            var drawn = Enumerable.Range(0, edgeCount).Select(_ => (double)random.NextInt32(20));
            double[] edges = [.. drawn.Distinct().Order()];
            var bins = new ProfileBins(edges);
            Assert.Equal(edges.Length + 1, bins.Count);
            float[] values = [-1, 20, float.MinValue, float.PositiveInfinity, .. edges.Select(e => (float)e)];
            foreach (var value in values.Concat(values.Select(MathF.BitIncrement)))
            {
                Assert.Equal(edges.Count(e => e < value), bins.Of(value));
            }
        }
    }

    [Fact]
    public void A_category_is_its_own_bin()
    {
        var bins = new ProfileBins(new FeatureProfile
        {
            Name = "colour",
            Type = ColumnType.Categorical,
            Rows = 3,
            Missing = 0,
            Counts = [1, 2, 0],
        });
        Assert.Equal((true, 3), (bins.IsCategorical, bins.Count));
    }
}
