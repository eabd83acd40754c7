using System.Runtime.CompilerServices;
using Serverless.Core.Storage;
using Serverless.Learning.Profiling;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Traffic;

/// <summary>
/// One instance's requests and answers of a short period, counted in the bins of the version's <see
/// cref="ReferenceProfile"/>. Sketches of one version merge by addition.
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
    /// Latency of requests, from the body to the answer's bytes; the counts sum to the number of requests.
    /// </summary>
    /// <remarks>Empty in sketches of earlier releases.</remarks>
    public IReadOnlyList<LatencyCount> Latency { get; init => field = value ?? []; } = [];

    /// <summary>In the order of the signature's features.</summary>
    public required IReadOnlyList<ColumnSketch> Features { get; init; }

    /// <summary>Counts of the value, or of the probability of class 1; null for multiclass.</summary>
    public ColumnSketch? Output { get; init; }

    /// <summary>Count per predicted class, in the signature's order. Empty for regression.</summary>
    public required IReadOnlyList<long> PredictedClasses { get; init; }

    /// <summary>A uniform sample of the rows.</summary>
    public required IReadOnlyList<SampledPrediction> Sample { get; init; }

    /// <summary>Reads the sketches of a model, of all versions and instances, that end in a time window.</summary>
    internal static async IAsyncEnumerable<TrafficSketch> ReadAsync(
        BlobStore store,
        string model,
        (DateTimeOffset From, DateTimeOffset Until) window,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Sketches are named by their end.
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
/// <param name="Minimum">Null if every value is missing, and for categories.</param>
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

/// <param name="Id">The prediction's id, referenced by feedback.</param>
/// <param name="Row">The row as requested: a JSON object; null if it was too long to store.</param>
/// <param name="Outputs">As <see cref="Scorer.Score"/> gave them.</param>
public sealed record SampledPrediction(string Id, System.Text.Json.JsonElement? Row, double[] Outputs);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrafficSketch))]
internal sealed partial class TrafficJson : JsonSerializerContext;
