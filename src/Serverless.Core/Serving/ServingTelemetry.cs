using System.Diagnostics;
using System.Diagnostics.Metrics;
using Serverless.Core.Telemetry;

namespace Serverless.Core.Serving;

/// <summary>
/// One span and one measurement per predict request, however many rows. Without listeners a request costs a few reads
/// of static fields.
/// </summary>
public static class ServingTelemetry
{
    private static readonly ActivitySource _source = new(SourceNames.Serving);
    private static readonly Meter _meter = new(SourceNames.Serving);

    private static readonly Counter<long> _predictions = _meter.CreateCounter<long>(
        InstrumentNames.Predictions, "{prediction}", "Rows that were answered.");

    private static readonly Histogram<double> _duration = _meter.CreateHistogram(
        InstrumentNames.PredictionDuration,
        "s",
        "A predict request from its body to the answer's bytes.",
        tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries =
        [
            0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5
        ]
        });

    private static readonly Counter<long> _cacheRequests = _meter.CreateCounter<long>(
        InstrumentNames.CacheRequests,
        "{request}",
        "Look-ups of a champion: a hit was cached, a miss checked the store.");

    private static readonly Counter<long> _swaps = _meter.CreateCounter<long>(
        InstrumentNames.CacheSwaps, "{swap}", "Versions that began to answer.");

    public static bool IsWatched => _source.HasListeners() || _duration.Enabled || _predictions.Enabled;

    /// <summary>Traces and measures a request. Call only if <see cref="IsWatched"/>: it allocates.</summary>
    public static async ValueTask<PredictOutcome> WatchAsync(Func<ValueTask<PredictOutcome>> answer, string model)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return await _source.TraceAsync(SpanNames.Predict, async span =>
            {
                var outcome = await answer();
                Record(span, model, outcome, Stopwatch.GetElapsedTime(started).TotalSeconds);
                return outcome;
            });
        }
        catch (Exception e)
        {
            // Without the model's name: it may not have been checked before the exception.
            _duration.Record(
                Stopwatch.GetElapsedTime(started).TotalSeconds,
                new KeyValuePair<string, object?>(AttributeNames.Outcome, "failed"));
            Failures.Count(Failures.Predict, model: null, e);
            throw;
        }
    }

    internal static void CacheAsked(string model, bool hit)
    {
        if (_cacheRequests.Enabled)
        {
            _cacheRequests.Add(
                1, new(AttributeNames.Model, model), new(AttributeNames.CacheResult, hit ? "hit" : "miss"));
        }
    }

    internal static void Swapped(string model, int version) =>
        _swaps.Add(1, new(AttributeNames.Model, model), new(AttributeNames.Version, version));

    private static void Record(Activity? span, string model, PredictOutcome outcome, double seconds)
    {
        var tags = new TagList();
        // Unknown names come from callers; as an attribute they would be unbounded.
        if (outcome is not PredictOutcome.UnknownModel) tags.Add(AttributeNames.Model, model);
        if (outcome is PredictOutcome.Answered answered)
        {
            tags.Add(AttributeNames.Version, answered.Version);
            _predictions.Add(answered.Rows, tags);
            span?.SetTag(AttributeNames.Rows, answered.Rows);
        }

        tags.Add(AttributeNames.Outcome, Word(outcome));
        _duration.Record(seconds, tags);
        if (span is null) return;
        foreach (var (name, value) in tags) span.SetTag(name, value);
    }

    private static string Word(PredictOutcome outcome) => outcome switch
    {
        PredictOutcome.Answered => "answered",
        PredictOutcome.Invalid => "invalid",
        PredictOutcome.UnknownModel => "unknownModel",
        PredictOutcome.UnknownVersion => "unknownVersion",
        PredictOutcome.NoVersionYet => "noVersionYet",
        PredictOutcome.NotExplainable => "notExplainable",
        _ => "other",
    };
}
