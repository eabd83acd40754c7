using System.Globalization;
using System.Text.Json;
using Serverless.Storage;

namespace Serverless.Serving;

/// <summary>The true outcome of one prediction: a label for a classification, a value for a regression.</summary>
public sealed record Outcome(string Id, string? Label, double? Value);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<Outcome>))]
internal sealed partial class FeedbackJson : JsonSerializerContext;

/// <summary>Keeps true outcomes under <c>feedback/{model}/{date}/</c>, one blob per request.</summary>
public sealed class FeedbackService(BlobStore store, PredictionLog log, TimeProvider clock, ServingOptions options)
{
    private int _sequence;

    /// <param name="body">A JSON object <c>{"id": …, "label": …}</c> or <c>{"id": …, "value": …}</c>, or an array of them.</param>
    /// <returns>How many outcomes were kept, or what is wrong with the body: then none is.</returns>
    public async Task<(int Kept, IReadOnlyList<FieldError> Errors)> RecordAsync(
        string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var (outcomes, errors) = FeedbackBody.Parse(body, options.MaxRows);
        if (errors.Count > 0) return (0, errors);

        var now = clock.GetUtcNow();
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{BlobPaths.FeedbackOf(model)}{now:yyyy-MM-dd}/{now:HHmmssfff}-{log.Instance}-{Interlocked.Increment(ref _sequence)}.json");
        var json = JsonSerializer.SerializeToUtf8Bytes(outcomes, FeedbackJson.Default.ListOutcome);
        await store.WriteAsync(name, json, WriteCondition.OnlyIfAbsent, cancellationToken);
        return (outcomes.Count, []);
    }

    /// <summary>All outcomes reported on or after a day, by prediction id; the last one where an id has several.</summary>
    public async Task<Dictionary<string, Outcome>> ReadAsync(
        string model, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var first = $"{BlobPaths.FeedbackOf(model)}{from:yyyy-MM-dd}";
        var outcomes = new Dictionary<string, Outcome>();
        await foreach (var blob in store.ListAsync(BlobPaths.FeedbackOf(model), cancellationToken))
        {
            if (string.CompareOrdinal(blob.Name, first) < 0) continue;
            if (await store.ReadAllAsync(blob.Name, 1L << 28, cancellationToken) is not var (bytes, _)) continue;
            foreach (var outcome in JsonSerializer.Deserialize(bytes, FeedbackJson.Default.ListOutcome) ?? [])
            {
                outcomes[outcome.Id] = outcome;
            }
        }

        return outcomes;
    }
}
