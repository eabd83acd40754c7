using System.Runtime.CompilerServices;
using Serverless.Core.Storage;
using Serverless.Learning.Profiling;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Traffic;

/// <summary>
/// What one instance was asked and answered over a short time, counted into the bins of the version's
/// <see cref="ReferenceProfile"/>. Sketches of one version merge by adding counts.
/// </summary>
public sealed record TrafficSketch
{
    private const long MaxBytes = 256L << 20;

    public required string Model { get; init; }

    public required int Version { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset Until { get; init; }

    public required long Rows { get; init; }

    /// <summary>
    /// How long requests took, from the body to the answer's bytes; their number is the sum of the counts.
    /// </summary>
    /// <remarks>None in sketches from before it was counted.</remarks>
    public IReadOnlyList<LatencyCount> Latency { get; init => field = value ?? []; } = [];

    /// <summary>In the order of the signature's features.</summary>
    public required IReadOnlyList<ColumnSketch> Features { get; init; }

    /// <summary>Of the value or the probability of class 1; null for multiclass.</summary>
    public ColumnSketch? Output { get; init; }

    /// <summary>How often each class was predicted, in the signature's order. Empty for regression.</summary>
    public required IReadOnlyList<long> PredictedClasses { get; init; }

    /// <summary>Some of the rows, drawn evenly.</summary>
    public required IReadOnlyList<SampledPrediction> Sample { get; init; }

    /// <summary>Sketches of a model, of all versions and instances, that end in a window of time.</summary>
    internal static async IAsyncEnumerable<TrafficSketch> ReadAsync(
        BlobStore store,
        string model,
        (DateTimeOffset From, DateTimeOffset Until) window,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A sketch is named by its end.
        var folder = BlobPaths.PredictionsOf(model);
        await foreach (var name in DatedBlobs.ListAsync(store, folder, window, cancellationToken))
        {
            var sketch = await store.ReadJsonAsync(
                name, MaxBytes, TrafficJson.Default.TrafficSketch, cancellationToken);
            if (sketch?.Until >= window.From) yield return sketch;
        }
    }
}

/// <param name="Counts">Per bin, as in the profile of the same column.</param>
/// <param name="Minimum">Null where every value was missing, and for categories.</param>
public sealed record ColumnSketch(long Missing, long[] Counts, double? Minimum, double? Maximum)
{
    public ColumnSketch Add(ColumnSketch other)
    {
        var sum = new long[Counts.Length];
        for (var i = 0; i < sum.Length; i++) sum[i] = Counts[i] + other.Counts[i];
        return new ColumnSketch(
            Missing + other.Missing,
            sum,
            Smaller(Minimum, other.Minimum),
            Smaller(-Maximum, -other.Maximum) is { } m ? -m : null);
    }

    private static double? Smaller(double? a, double? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);
}

/// <param name="Id">The prediction's id, which feedback refers to.</param>
/// <param name="Row">The row as it was asked: a JSON object; null where it was too long to keep.</param>
/// <param name="Outputs">As <see cref="Scorer.Score"/> gave them.</param>
public sealed record SampledPrediction(string Id, System.Text.Json.JsonElement? Row, double[] Outputs);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrafficSketch))]
internal sealed partial class TrafficJson : JsonSerializerContext;
