using System.Globalization;
using System.Text.Json;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Traffic;
using Serverless.Core.Truth;

namespace Serverless.Core.Monitoring;

/// <summary>What all instances answered by one version in one window of time, merged.</summary>
internal sealed class WindowTraffic
{
    private const long MaxSketchBytes = 256L << 20;

    public long Rows { get; private set; }

    /// <summary>Null where there was no traffic.</summary>
    public ColumnSketch[]? Features { get; private set; }

    public ColumnSketch? Output { get; private set; }

    public long[] PredictedClasses { get; private set; } = [];

    /// <summary>The sampled predictions whose outcome is known.</summary>
    public List<SampledPrediction> Answered { get; } = [];

    /// <param name="outcomes">By prediction id: sampled predictions without one are not kept in memory.</param>
    public static async Task<WindowTraffic> ReadAsync(
        BlobStore store,
        ServedModel served,
        DateTimeOffset from,
        DateTimeOffset until,
        IReadOnlyDictionary<string, GroundTruth> outcomes,
        CancellationToken cancellationToken)
    {
        var traffic = new WindowTraffic();
        for (var day = from.UtcDateTime.Date; day <= until.UtcDateTime; day = day.AddDays(1))
        {
            var prefix = string.Create(
                CultureInfo.InvariantCulture, $"{BlobPaths.PredictionsOf(served.Name)}{day:yyyy-MM-dd}/");
            await foreach (var blob in store.ListAsync(prefix, cancellationToken))
            {
                if (await store.ReadJsonAsync(blob.Name, MaxSketchBytes, TrafficJson.Default.TrafficSketch, cancellationToken) is not { } sketch) continue;
                if (sketch.Version == served.Version && sketch.Until >= from) traffic.Add(sketch, outcomes);
            }
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
