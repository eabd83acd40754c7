using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Learning.Binning;

/// <summary>
/// Where the bins of a numeric slot end: bin b holds the values in (threshold[b−2], threshold[b−1]], bin 0 missing
/// values. Two steps of sixteen branch-free comparisons each find a value's bin; the branches of a binary search would
/// be mispredicted half of the time.
/// </summary>
public sealed class BinThresholds
{
    private const int Group = 16;

    /// <summary>The last threshold of each group of sixteen, then all groups, padded with infinity.</summary>
    private readonly float[] _steps = new float[Group + (Group * Group)];

    /// <param name="thresholds">Ascending; at most <see cref="BinnedColumn.MaxValueBins"/> − 1.</param>
    public BinThresholds(float[] thresholds)
    {
        Thresholds = thresholds;
        _steps.AsSpan().Fill(float.PositiveInfinity);
        thresholds.CopyTo(_steps.AsSpan(Group));
        for (var group = 0; group < Group; group++) _steps[group] = _steps[Group + (group * Group) + Group - 1];
    }

    public float[] Thresholds { get; }

    /// <summary>
    /// The bin of a value: that of the first threshold not below it, since scoring sends a value left if it is at most
    /// the threshold.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte BinOf(float value)
    {
        if (float.IsNaN(value)) return BinnedColumn.MissingBin;
        ref var steps = ref MemoryMarshal.GetArrayDataReference(_steps);
        var group = Below(ref steps, value);
        return (byte)(1 + (group * Group) + Below(ref Unsafe.Add(ref steps, Group + (group * Group)), value));
    }

    /// <summary>Bins many values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void BinAll(ReadOnlySpan<float> values, Span<byte> bins)
    {
        for (var i = 0; i < values.Length; i++) bins[i] = BinOf(values[i]);
    }

    /// <summary>Makes bins of about equally many rows; a value frequent enough to fill a bin gets its own.</summary>
    /// <param name="sorted">Values of sampled rows, ascending, without NaN.</param>
    /// <param name="maxBins">Max bins for values, up to <see cref="BinnedColumn.MaxValueBins"/>.</param>
    public static BinThresholds OfQuantiles(ReadOnlySpan<float> sorted, int maxBins)
    {
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

        return new BinThresholds([.. thresholds]);
    }

    /// <summary>
    /// The middle of two values as a float t with <paramref name="below"/> &lt;= t &lt; <paramref name="above"/>.
    /// </summary>
    private static float Between(float below, float above)
    {
        var middle = (float)((below * 0.5) + (above * 0.5));
        return middle >= below && middle < above ? middle : below;
    }

    /// <summary>Number of the sixteen ascending steps that are below the value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below(ref float steps, float value)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return BitOperations.PopCount(Vector512.LessThan(Vector512.LoadUnsafe(ref steps), Vector512.Create(value))
                .ExtractMostSignificantBits());
        }

        var values = Vector256.Create(value);
        var low = Vector256.LessThan(Vector256.LoadUnsafe(ref steps), values).ExtractMostSignificantBits();
        var high = Vector256.LessThan(Vector256.LoadUnsafe(ref steps, 8), values).ExtractMostSignificantBits();
        return BitOperations.PopCount(low | (high << 8));
    }
}
