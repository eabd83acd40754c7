using Serverless.Core.Storage;

namespace Serverless.Core.Traffic;

/// <summary>Answers of all instances in the last hour, by version. Lags by one flush of the prediction log.</summary>
/// <param name="Versions">Versions with answers, newest first.</param>
/// <param name="Minutes">Predicted rows per minute, oldest first.</param>
public sealed record LiveTraffic(IReadOnlyList<VersionTraffic> Versions, IReadOnlyList<double> Minutes)
{
    private const int MinutesShown = 60;

    public static LiveTraffic None { get; } = new([], new double[MinutesShown]);

    public long Rows => Versions.Sum(v => v.Rows);

    public long Requests => Versions.Sum(v => v.Requests);

    public static async Task<LiveTraffic> ReadAsync(
        BlobStore store, string model, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var from = now - TimeSpan.FromMinutes(MinutesShown);
        var versions = new SortedDictionary<int, (long Rows, LatencyHistogram Latency)>();
        var minutes = new double[MinutesShown];
        await foreach (var sketch in TrafficSketch.ReadAsync(store, model, (from, now), cancellationToken))
        {
            var (rows, latency) = versions.TryGetValue(sketch.Version, out var known)
                ? known
                : (0, new LatencyHistogram());
            latency.Add(sketch.Latency);
            versions[sketch.Version] = (rows + sketch.Rows, latency);
            Spread(minutes, sketch, from);
        }

        return new LiveTraffic(
            [.. versions.Reverse().Select(v => VersionTraffic.Of(v.Key, v.Value.Rows, v.Value.Latency))], minutes);
    }

    /// <summary>Spreads a sketch's rows evenly over its time.</summary>
    private static void Spread(double[] minutes, TrafficSketch sketch, DateTimeOffset from)
    {
        var (begin, end) = ((sketch.From - from).TotalMinutes, (sketch.Until - from).TotalMinutes);
        var length = end - begin;
        if (length <= 0) minutes[Math.Clamp((int)end, 0, minutes.Length - 1)] += sketch.Rows;
        for (var m = Math.Max(0, (int)begin); m < minutes.Length && m < end; m++)
        {
            var covered = Math.Min(end, m + 1) - Math.Max(begin, m);
            if (covered > 0) minutes[m] += sketch.Rows * covered / length;
        }
    }
}

/// <param name="Rows">Predictions.</param>
/// <param name="P50">Milliseconds per request, from its body to the answer's bytes; null if none was timed.</param>
public sealed record VersionTraffic(int Version, long Rows, long Requests, double? P50, double? P95, double? P99)
{
    internal static VersionTraffic Of(int version, long rows, LatencyHistogram latency)
    {
        return new VersionTraffic(
            version, rows, latency.Count, Milliseconds(0.5), Milliseconds(0.95), Milliseconds(0.99));

        double? Milliseconds(double share) => latency.Count == 0 ? null : latency.Quantile(share) / 1e6;
    }
}
