namespace Serverless.Training.Trees;

/// <summary>
/// One slot of the training rows as bytes. Bin 0 is a missing value. A numeric slot's further bins are intervals, bin
/// b holding values in (threshold[b−2], threshold[b−1]]; a categorical slot's are its categories, then any other.
/// </summary>
internal sealed class BinnedColumn
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

    /// <summary>One per row.</summary>
    public byte[] Bins { get; }

    /// <summary>With the one for missing values: at most 255.</summary>
    public int BinCount { get; }

    /// <summary>Ascending; one fewer than there are bins of values. Empty for a categorical slot.</summary>
    public float[] Thresholds { get; }

    public bool IsCategorical { get; }

    /// <summary>The largest value of a bin and those before it; of the last bin, what no value exceeds.</summary>
    public float ThresholdAfter(int bin) => bin <= Thresholds.Length ? Thresholds[bin - 1] : float.PositiveInfinity;

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
            return new BinnedColumn(bins, slot.Cardinality + 2, [], isCategorical: true);
        }

        var thresholds = QuantileThresholds(values, maxBins);
        for (var row = 0; row < values.Length; row++) bins[row] = (byte)ValueBin(values[row], thresholds);
        return new BinnedColumn(bins, thresholds.Length + 2, thresholds, isCategorical: false);
    }

    /// <summary>Other values of the same slot, with the bins of these.</summary>
    public BinnedColumn Bin(float[] values)
    {
        var bins = new byte[values.Length];
        for (var row = 0; row < values.Length; row++)
        {
            bins[row] = (byte)(IsCategorical ? CategoryBin(values[row]) : ValueBin(values[row], Thresholds));
        }

        return new BinnedColumn(bins, BinCount, Thresholds, IsCategorical);
    }

    /// <summary>Scoring asks this too, so that a category takes the path that it took in training.</summary>
    public static int CategoryBin(float value) => float.IsNaN(value) ? MissingBin : Math.Clamp((int)value + 1, 1, byte.MaxValue);

    private static int ValueBin(float value, float[] thresholds)
    {
        if (float.IsNaN(value)) return MissingBin;

        // The first threshold that is not below the value; scoring compares value <= threshold.
        var (low, high) = (0, thresholds.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (value <= thresholds[middle]) high = middle;
            else low = middle + 1;
        }

        return low + 1;
    }

    /// <summary>Bins of about equally many rows; a value that fills a bin alone has one of its own.</summary>
    private static float[] QuantileThresholds(float[] values, int maxBins)
    {
        var sorted = Sample(values);
        Array.Sort(sorted);

        var distinct = new List<float>();
        var counts = new List<int>();
        foreach (var value in sorted)
        {
            if (distinct.Count > 0 && distinct[^1] == value)
            {
                counts[^1]++;
            }
            else
            {
                distinct.Add(value);
                counts.Add(1);
            }
        }

        var thresholds = new List<float>();
        var (left, inBin) = (sorted.Length, 0);
        for (var i = 0; i + 1 < distinct.Count && thresholds.Count + 1 < maxBins; i++)
        {
            inBin += counts[i];
            var target = (double)left / (maxBins - thresholds.Count);
            var binsSuffice = distinct.Count <= maxBins;
            if (!binsSuffice && inBin < target && counts[i + 1] < target) continue;
            thresholds.Add(Between(distinct[i], distinct[i + 1]));
            left -= inBin;
            inBin = 0;
        }

        return [.. thresholds];
    }

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

    /// <summary>The middle of two values as a float t with <paramref name="below"/> &lt;= t &lt; <paramref name="above"/>.</summary>
    private static float Between(float below, float above)
    {
        var middle = (float)((below * 0.5) + (above * 0.5));
        return middle >= below && middle < above ? middle : below;
    }
}
