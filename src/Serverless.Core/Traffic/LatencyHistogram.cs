using System.Runtime.InteropServices;

namespace Serverless.Core.Traffic;

/// <summary>
/// Counts of durations in buckets a sixteenth of an octave wide: at most 6.3 % too long, and mergeable by adding. The
/// idea is HdrHistogram's; the bucket is read off a double's exponent and first four bits.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int ShortestBucket = (1023 + 6) << 4; // 64 ns
    private const int BucketCount = 32 << 4;            // up to 275 s

    /// <summary>What one takes of memory.</summary>
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

    /// <summary>The buckets that are not empty, in order.</summary>
    public IReadOnlyList<LatencyCount> ToCounts() =>
        [.. _counts.Index().Where(c => c.Item > 0).Select(c => new LatencyCount(c.Index, c.Item))];

    /// <summary>
    /// Upper end of the bucket that the quantile lies in, in nanoseconds; NaN where nothing was counted.
    /// </summary>
    /// <param name="share">Above 0, at most 1.</param>
    public double Quantile(double share)
    {
        if (Count == 0) return double.NaN;
        var rank = (long)Math.Ceiling(share * Count);
        var bucket = 0;
        for (var seen = _counts[0]; seen < rank; seen += _counts[++bucket]) { }
        return UpperEnd(bucket);
    }

    /// <summary>How many are surely longer: those in buckets above the one that the duration lies in.</summary>
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
