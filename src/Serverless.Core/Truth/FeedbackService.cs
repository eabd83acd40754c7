using System.Text.Json;
using System.Text.Unicode;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;

namespace Serverless.Core.Truth;

/// <summary>The true outcome of one prediction: a label for a classification, a value for a regression.</summary>
public sealed record GroundTruth(string Id, string? Label, double? Value);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<GroundTruth>))]
internal sealed partial class FeedbackJson : JsonSerializerContext;

/// <summary>Stores true outcomes under <c>feedback/{model}/{date}/</c>, one blob per request.</summary>
public sealed class FeedbackService(
    BlobStore store, ModelCache cache, PredictionLog log, TimeProvider clock, ServingOptions options)
{
    private const long MaxBlobBytes = 256L << 20;
    private const int MaxIdCharacters = 200;
    private const int MaxLabelCharacters = 1000;

    private int _sequence;

    /// <param name="body">
    /// A JSON object <c>{"id": …, "label": …}</c> or <c>{"id": …, "value": …}</c>, or an array of them.
    /// </param>
    /// <returns>The number of outcomes stored, or the body's errors; with errors, nothing is stored.</returns>
    public async Task<(int Kept, IReadOnlyList<FieldError> Errors)> RecordAsync(
        string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        // Without a live model, the kind of its outcomes is unknown.
        var task = (await cache.GetAsync(model, cancellationToken))?.Signature.Task;
        var (outcomes, errors) = Parse(body.Span, task);
        if (errors.Count > 0) return (0, errors);

        var now = clock.GetUtcNow();
        var name = DatedBlobs.Name(
            BlobPaths.FeedbackOf(model), now, $"{log.Instance}-{Interlocked.Increment(ref _sequence)}");
        var json = JsonSerializer.SerializeToUtf8Bytes(outcomes, FeedbackJson.Default.ListGroundTruth);
        await store.WriteAsync(name, json, WriteCondition.OnlyIfAbsent, cancellationToken);
        return (outcomes.Count, []);
    }

    /// <summary>Reads the outcomes reported on or after a day, by prediction id; the last one per id.</summary>
    public async Task<Dictionary<string, GroundTruth>> ReadAsync(
        string model, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var outcomes = new Dictionary<string, GroundTruth>();
        var days = (new DateTimeOffset(from.UtcDateTime.Date, TimeSpan.Zero), clock.GetUtcNow());
        await foreach (var name in DatedBlobs.ListAsync(store, BlobPaths.FeedbackOf(model), days, cancellationToken))
        {
            var reported = await store.ReadJsonAsync(
                name, MaxBlobBytes, FeedbackJson.Default.ListGroundTruth, cancellationToken);
            foreach (var outcome in reported ?? []) outcomes[outcome.Id] = outcome;
        }

        return outcomes;
    }

    private (List<GroundTruth> Outcomes, List<FieldError> Errors) Parse(ReadOnlySpan<byte> body, ModelTask? task)
    {
        if (!Utf8.IsValid(body)) return ([], [new FieldError("", "text in UTF-8", "invalid bytes")]);
        List<GroundTruth?> parsed;
        bool isArray;
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 4 });
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.Read()) return ([], [new FieldError("", "the end of the body", "more")]);
            isArray = document.RootElement.ValueKind == JsonValueKind.Array;
            parsed = isArray
                ? [.. document.RootElement.Deserialize(FeedbackJson.Default.ListGroundTruth)!]
                : [document.RootElement.Deserialize(FeedbackJson.Default.GroundTruth)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException
            && Surrogates.FindLone(body) is not null)
        {
            return ([], [Surrogates.FindLone(body)!]);
        }
        catch (JsonException e)
        {
            return ([],
            [
                new FieldError("", "an object with \"id\" and \"label\" or \"value\", or an array of them", e.Message)
            ]);
        }

        if (parsed.Count == 0) return ([], [new FieldError("", "at least one outcome", "an empty array")]);
        if (parsed.Count > options.MaxRows)
        {
            return ([], [new FieldError("", $"at most {options.MaxRows} outcomes", $"{parsed.Count}")]);
        }

        var errors = new List<FieldError>();
        for (var i = 0; i < parsed.Count && errors.Count < FieldError.MaxCount; i++)
        {
            if (Problem(parsed[i], isArray ? $"/{i}" : "", task) is { } error) errors.Add(error);
        }

        return (errors.Count == 0 ? parsed.ConvertAll(o => o!) : [], errors);
    }

    private static FieldError? Problem(GroundTruth? outcome, string pointer, ModelTask? task)
    {
        if (outcome is null) return new FieldError(pointer, "an object", "null");
        if (string.IsNullOrEmpty(outcome.Id)) return new FieldError($"{pointer}/id", "the prediction's id", "nothing");
        if (outcome.Id.Length > MaxIdCharacters)
        {
            return new FieldError($"{pointer}/id", $"at most {MaxIdCharacters} characters", $"{outcome.Id.Length}");
        }

        if (outcome.Label?.Length > MaxLabelCharacters)
        {
            return new FieldError(
                $"{pointer}/label", $"at most {MaxLabelCharacters} characters", $"{outcome.Label.Length}");
        }

        var found = (outcome.Label, outcome.Value) switch
        {
            (null, null) => "neither",
            (not null, not null) => "both",
            (not null, _) => "\"label\"",
            _ => "\"value\"",
        };
        var expected = task switch
        {
            null => "either \"label\" or \"value\"",
            ModelTask.Regression => "\"value\", as the model predicts a number",
            _ => "\"label\", as the model predicts a class",
        };
        var fits = found == "\"label\""
            ? task != ModelTask.Regression
            : found == "\"value\"" && task is null or ModelTask.Regression;
        if (!fits) return new FieldError(pointer, expected, found);
        return outcome.Value is { } value && !float.IsFinite((float)value)
            ? new FieldError(
                $"{pointer}/value", $"a number of at most {float.MaxValue:0.#e+0} in size", $"{value:0.#e+0}")
            : null;
    }
}
