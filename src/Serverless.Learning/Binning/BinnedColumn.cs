using Serverless.Learning.Numerics;

namespace Serverless.Learning.Binning;

/// <summary>
/// One slot of the training rows as bytes. Bin 0 is a missing value. A numeric slot's further bins are intervals, bin
/// b holding values in (threshold[b−2], threshold[b−1]]; a categorical slot's are its categories, then any other.
/// </summary>
public sealed class BinnedColumn
{
    public const int MissingBin = 0;

    /// <summary>So that with the bin for missing values a bin fits one byte.</summary>
    public const int MaxValueBins = 254;

    /// <summary>Rows whose values decide where bins begin: quantiles of more rows would hardly differ.</summary>
    private const int SampledRows = 200_000;

    private BinnedColumn(byte[] bins, int binCount, float[] thresholds, bool isCategorical)
    {
        Bins = bins;
        BinCount = binCount;
        Thresholds = thresholds;
        IsCategorical = isCategorical;
    }

    /// <summary>One per row; there may be more room than rows.</summary>
    public byte[] Bins { get; }

    /// <summary>With the one for missing values: at most 255.</summary>
    public int BinCount { get; }

    /// <summary>Ascending; one fewer than there are bins of values. Empty for a categorical slot.</summary>
    public float[] Thresholds { get; }

    public bool IsCategorical { get; }

    /// <summary>The largest value of a bin and those before it; of the last bin, what no value exceeds.</summary>
    public float ThresholdAfter(int bin) => bin <= Thresholds.Length ? Thresholds[bin - 1] : float.PositiveInfinity;

    /// <summary>How many bins there are for values of a numeric slot.</summary>
    public int ValueBins => Thresholds.Length + 1;

    /// <summary>The same rows with neighbouring bins put together, as many as it takes.</summary>
    public BinnedColumn WithAtMost(int maxBins)
    {
        if (IsCategorical || ValueBins <= maxBins) return this;
        var together = (ValueBins + maxBins - 1) / maxBins;
        float[] thresholds = [.. Thresholds.Where((_, i) => (i + 1) % together == 0)];
        var bins = Array.ConvertAll(Bins, bin => (byte)(bin == MissingBin ? MissingBin : ((bin - 1) / together) + 1));
        return new BinnedColumn(bins, thresholds.Length + 2, thresholds, isCategorical: false);
    }

    /// <param name="maxBins">At most this many bins for values, up to <see cref="MaxValueBins"/>.</param>
    public static BinnedColumn Create(Slot slot, float[] values, int maxBins)
    {
        var bins = new byte[values.Length];
        if (slot.IsCategorical)
        {
            if (slot.Cardinality >= MaxValueBins)
            {
                throw new ArgumentException(
                    $"Expected fewer than {MaxValueBins} categories in '{slot.Name}', found {slot.Cardinality}.", nameof(slot));
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

    /// <summary>A numeric slot whose values are in bins already. Takes over <paramref name="bins"/>.</summary>
    public static BinnedColumn OfNumbers(byte[] bins, BinThresholds edges) =>
        new(bins, edges.Thresholds.Length + 2, edges.Thresholds, isCategorical: false);

    /// <summary>A categorical slot whose values are in bins already. Takes over <paramref name="bins"/>.</summary>
    public static BinnedColumn OfCategories(byte[] bins, int cardinality) => new(bins, cardinality + 2, [], isCategorical: true);

    /// <summary>Other values of the same slot, with the bins of these.</summary>
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

    /// <summary>Scoring asks this too, so that a category takes the path that it took in training.</summary>
    public static int CategoryBin(float value) => float.IsNaN(value) ? MissingBin : Math.Clamp((int)value + 1, 1, byte.MaxValue);

    private static float[] Sample(float[] values)
    {
        var random = new SplitMix64((ulong)values.Length);
        var step = Math.Max(1, values.Length / SampledRows);
        var sample = new List<float>(Math.Min(values.Length, 2 * SampledRows));

        // One row at random out of each 'step' neighbours: any order of the rows is covered evenly.
        for (var from = 0; from < values.Length; from += step)
        {
            var row = step == 1 ? from : Math.Min(values.Length - 1, from + random.NextInt32(step));
            if (!float.IsNaN(values[row])) sample.Add(values[row]);
        }

        return [.. sample];
    }
}
