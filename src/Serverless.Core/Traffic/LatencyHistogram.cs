using System.Runtime.InteropServices;

namespace Serverless.Core.Traffic;

/// <summary>
/// Counts durations in buckets a sixteenth of an octave wide: at most 6.3 % relative error, merged by addition. Follows
/// HdrHistogram; the bucket is a double's exponent and first four fraction bits.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int ShortestBucket = (1023 + 6) << 4; // 64 ns
    private const int BucketCount = 32 << 4;            // up to 275 s

    /// <summary>Memory of one histogram.</summary>
    public const long Bytes = sizeof(long) * BucketCount;

    private readonly long[] _counts = new long[BucketCount];

    public long Count { get; private set; }

    public void Add(double nanoseconds)
    {
        _counts[BucketOf(nanoseconds)]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var bucket = 0; bucket < BucketCount; bucket++) _counts[bucket] += other._counts[bucket];
        Count += other.Count;
    }

    public void Add(IReadOnlyList<LatencyCount> counts)
    {
        foreach (var (bucket, count) in counts)
        {
            _counts[Math.Clamp(bucket, 0, BucketCount - 1)] += count;
            Count += count;
        }
    }

    /// <summary>The non-empty buckets, in order.</summary>
    public IReadOnlyList<LatencyCount> ToCounts() =>
        [.. _counts.Index().Where(c => c.Item > 0).Select(c => new LatencyCount(c.Index, c.Item))];

    /// <summary>Upper end of the quantile's bucket, in nanoseconds; NaN if empty.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    public double Quantile(double share)
    {
        if (Count == 0) return double.NaN;
        var rank = (long)Math.Ceiling(share * Count);
        var bucket = 0;
        for (var seen = _counts[0]; seen < rank; seen += _counts[++bucket]) { }
        return UpperEnd(bucket);
    }

    /// <summary>Number of durations certainly longer than this: those in higher buckets.</summary>
    public long CountAbove(double nanoseconds)
    {
        var sum = 0L;
        for (var bucket = BucketOf(nanoseconds) + 1; bucket < BucketCount; bucket++) sum += _counts[bucket];
        return sum;
    }

    private static int BucketOf(double nanoseconds) =>
        nanoseconds > 0
            ? Math.Clamp((int)(BitConverter.DoubleToInt64Bits(nanoseconds) >> 48) - ShortestBucket, 0, BucketCount - 1)
            : 0;

    private static double UpperEnd(int bucket) =>
        BitConverter.Int64BitsToDouble((long)(bucket + ShortestBucket + 1) << 48);
}

/// <param name="Bucket">See <see cref="LatencyHistogram"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LatencyCount(int Bucket, long Count);
