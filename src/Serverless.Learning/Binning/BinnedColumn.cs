using Serverless.Learning.Numerics;

namespace Serverless.Learning.Binning;

/// <summary>
/// One slot of the training rows as bytes. Bin 0 is a missing value. A numeric slot's further bins are intervals: bin b
/// holds values in (threshold[b−2], threshold[b−1]]. A categorical slot's are its categories, then one for any other.
/// </summary>
public sealed class BinnedColumn
{
    public const int MissingBin = 0;

    /// <summary>With the bin for missing values, a bin fits one byte.</summary>
    public const int MaxValueBins = 254;

    /// <summary>Rows sampled for the thresholds: quantiles of more rows would hardly differ.</summary>
    private const int SampledRows = 200_000;

    private BinnedColumn(byte[] bins, int binCount, float[] thresholds, bool isCategorical)
    {
        Bins = bins;
        BinCount = binCount;
        Thresholds = thresholds;
        IsCategorical = isCategorical;
    }

    /// <summary>One per row; the array may be longer.</summary>
    public byte[] Bins { get; }

    /// <summary>Number of bins with the one for missing values: at most 255.</summary>
    public int BinCount { get; }

    /// <summary>Ascending; one fewer than bins of values. Empty for a categorical slot.</summary>
    public float[] Thresholds { get; }

    public bool IsCategorical { get; }

    /// <summary>The upper bound of a bin's values; infinity for the last bin.</summary>
    public float ThresholdAfter(int bin) => bin <= Thresholds.Length ? Thresholds[bin - 1] : float.PositiveInfinity;

    /// <summary>Number of bins for values of a numeric slot.</summary>
    public int ValueBins => Thresholds.Length + 1;

    /// <summary>The same rows with neighbouring bins merged until at most <paramref name="maxBins"/> remain.</summary>
    public BinnedColumn WithAtMost(int maxBins)
    {
        if (IsCategorical || ValueBins <= maxBins) return this;
        var together = (ValueBins + maxBins - 1) / maxBins;
        float[] thresholds = [.. Thresholds.Where((_, i) => (i + 1) % together == 0)];
        var bins = Array.ConvertAll(Bins, bin => (byte)(bin == MissingBin ? MissingBin : ((bin - 1) / together) + 1));
        return new BinnedColumn(bins, thresholds.Length + 2, thresholds, isCategorical: false);
    }

    /// <param name="maxBins">Max bins for values, up to <see cref="MaxValueBins"/>.</param>
    public static BinnedColumn Create(Slot slot, float[] values, int maxBins)
    {
        var bins = new byte[values.Length];
        if (slot.IsCategorical)
        {
            if (slot.Cardinality >= MaxValueBins)
            {
                throw new ArgumentException(
                    $"Expected fewer than {MaxValueBins} categories in '{slot.Name}', found {slot.Cardinality}.",
                    nameof(slot));
            }

            for (var row = 0; row < values.Length; row++) bins[row] = (byte)CategoryBin(values[row]);
            return OfCategories(bins, slot.Cardinality);
        }

        var sample = Sample(values);
        RadixSort.Ascending(sample);
        var edges = BinThresholds.OfQuantiles(sample, maxBins);
        edges.BinAll(values, bins);
        return OfNumbers(bins, edges);
    }

    /// <summary>A numeric slot that is binned already. Takes ownership of <paramref name="bins"/>.</summary>
    public static BinnedColumn OfNumbers(byte[] bins, BinThresholds edges) =>
        new(bins, edges.Thresholds.Length + 2, edges.Thresholds, isCategorical: false);

    /// <summary>A categorical slot that is binned already. Takes ownership of <paramref name="bins"/>.</summary>
    public static BinnedColumn OfCategories(byte[] bins, int cardinality) =>
        new(bins, cardinality + 2, [], isCategorical: true);

    /// <summary>Other values of the same slot in the same bins.</summary>
    public BinnedColumn Bin(float[] values)
    {
        var bins = new byte[values.Length];
        if (IsCategorical)
        {
            for (var row = 0; row < values.Length; row++) bins[row] = (byte)CategoryBin(values[row]);
            return new BinnedColumn(bins, BinCount, [], isCategorical: true);
        }

        var edges = new BinThresholds(Thresholds);
        edges.BinAll(values, bins);
        return OfNumbers(bins, edges);
    }

    /// <summary>Also used in scoring, so that a category takes the path that it took in training.</summary>
    public static int CategoryBin(float value) =>
        float.IsNaN(value) ? MissingBin : Math.Clamp((int)value + 1, 1, byte.MaxValue);

    private static float[] Sample(float[] values)
    {
        var random = new SplitMix64((ulong)values.Length);
        var step = Math.Max(1, values.Length / SampledRows);
        var sample = new List<float>(Math.Min(values.Length, 2 * SampledRows));

        // One random row of every 'step' neighbours covers the rows evenly, whatever their order.
        for (var from = 0; from < values.Length; from += step)
        {
            var row = step == 1 ? from : Math.Min(values.Length - 1, from + random.NextInt32(step));
            if (!float.IsNaN(values[row])) sample.Add(values[row]);
        }

        return [.. sample];
    }
}
