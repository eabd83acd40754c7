using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Traffic;
using Serverless.Core.Truth;

namespace Serverless.Core.Monitoring;

/// <summary>Merges the answers of one version by all instances in one time window.</summary>
internal sealed class WindowTraffic
{
    public long Rows { get; private set; }

    /// <summary>Null without traffic.</summary>
    public ColumnSketch[]? Features { get; private set; }

    public ColumnSketch? Output { get; private set; }

    public long[] PredictedClasses { get; private set; } = [];

    /// <summary>Sampled predictions with a known outcome.</summary>
    public List<SampledPrediction> Answered { get; } = [];

    /// <param name="outcomes">By prediction id; sampled predictions without one are dropped to save memory.</param>
    public static async Task<WindowTraffic> ReadAsync(
        BlobStore store,
        ModelDescription version,
        (DateTimeOffset From, DateTimeOffset Until) window,
        IReadOnlyDictionary<string, GroundTruth> outcomes,
        CancellationToken cancellationToken)
    {
        var traffic = new WindowTraffic();
        await foreach (var sketch in TrafficSketch.ReadAsync(store, version.Name, window, cancellationToken))
        {
            if (sketch.Version == version.Version) traffic.Add(sketch, outcomes);
        }

        return traffic;
    }

    private void Add(TrafficSketch sketch, IReadOnlyDictionary<string, GroundTruth> outcomes)
    {
        var isFirst = Features is null;
        Rows += sketch.Rows;
        Features = isFirst ? [.. sketch.Features] : [.. Features!.Zip(sketch.Features, (a, b) => a.Add(b))];
        Output = isFirst ? sketch.Output : Output?.Add(sketch.Output!);
        PredictedClasses = isFirst
            ? [.. sketch.PredictedClasses]
            : [.. PredictedClasses.Zip(sketch.PredictedClasses, (a, b) => a + b)];
        Answered.AddRange(sketch.Sample.Where(p => outcomes.ContainsKey(p.Id)));
    }
}
