using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Core.Telemetry;
using Serverless.Core.Traffic;

namespace Serverless.Core.Serving;

/// <summary>
/// Writes requests and answers, aggregated, to <c>predictions/{model}/{date}/</c> for monitoring: one blob per
/// instance, version and interval.
/// </summary>
public sealed class PredictionLog : IAsyncDisposable
{
    private static readonly TimeSpan _maxPatience = TimeSpan.FromSeconds(5);

    private readonly BlobStore _store;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    // Keeps recorders, not models, so that evicted models are freed before their counts are written.
    private readonly Dictionary<string, TrafficRecorder> _recorders = [];
    private readonly PeriodicFlush _flush;
    // Longer than any request holds a version, which is milliseconds.
    private readonly TimeSpan _patience;
    private DateTimeOffset _since;
    private int _sequence;

    public PredictionLog(BlobStore store, ServingOptions options, TimeProvider clock, ILogger<PredictionLog> logger)
    {
        (_store, _clock, _since) = (store, clock, clock.GetUtcNow());
        _patience = options.FlushInterval < _maxPatience ? options.FlushInterval : _maxPatience;
        _flush = new PeriodicFlush(
            clock,
            options.FlushInterval,
            WriteAsync,
            Failures.PredictionLog,
            e => ServingLog.PredictionLogFailed(logger, e));
    }

    /// <summary>Identifies this process in blob names and prediction ids.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..10];

    /// <summary>Estimated bytes of counts and samples, including those of evicted versions.</summary>
    internal long Bytes
    {
        get
        {
            lock (_lock) return _recorders.Values.Sum(recorder => recorder.Bytes);
        }
    }

    /// <summary>Starts to record a version's traffic, or resumes it after an eviction.</summary>
    internal void Attach(ServedModel served)
    {
        lock (_lock)
        {
            // One recorder per version, however often it is loaded between two flushes.
            if (_recorders.TryGetValue(served.Traffic.Key, out var known)) served.Traffic = known;
            else _recorders.Add(served.Traffic.Key, served.Traffic);
            served.Traffic.Holders++;
            served.Traffic.RetiredAt = null;
        }
    }

    /// <summary>
    /// Retires a version that was replaced or evicted. Requests in progress are still counted; a flush some seconds
    /// later removes the recorder once it is empty.
    /// </summary>
    internal void Retire(ServedModel served)
    {
        lock (_lock)
        {
            // A version may be loaded twice: as the champion, and by its number.
            if (--served.Traffic.Holders == 0) served.Traffic.RetiredAt = _clock.GetUtcNow();
        }
    }

    /// <summary>
    /// Forgets the traffic of a deleted version that was not written yet, so that nothing of it is written again.
    /// </summary>
    internal void Discard(ServedModel served)
    {
        lock (_lock) _recorders.Remove(served.Traffic.Key);
    }

    /// <summary>
    /// Writes all counts since the last flush. Counts that cannot be written are kept for the next one.
    /// </summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _flush.FlushAsync(cancellationToken);

    /// <summary>Starts an early flush, to free memory.</summary>
    /// <returns>Completes with the flush in progress; never fails.</returns>
    internal Task BeginFlush() => _flush.Begin();

    public ValueTask DisposeAsync() => _flush.DisposeAsync();

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        TrafficRecorder[] recorders;
        lock (_lock) recorders = [.. _recorders.Values];
        var now = _clock.GetUtcNow();
        foreach (var one in recorders)
        {
            if (one.Take() is { } counts) await WriteAsync(one, counts, now, cancellationToken);
            else Forget(one, now);
        }

        _since = now;
    }

    private async Task WriteAsync(
        TrafficRecorder recorder, TrafficCounts counts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var sketch = recorder.Sketch(counts, now, _since);
            var name = DatedBlobs.Name(
                BlobPaths.PredictionsOf(recorder.Name), sketch.Until, $"{Instance}-{_sequence++}");
            var json = JsonSerializer.SerializeToUtf8Bytes(sketch, TrafficJson.Default.TrafficSketch);
            await _store.WriteAsync(name, json, WriteCondition.OnlyIfAbsent, cancellationToken);
        }
        catch
        {
            recorder.Return(counts);
            throw;
        }
    }

    private void Forget(TrafficRecorder recorder, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (recorder.RetiredAt + _patience <= now) _recorders.Remove(recorder.Key);
        }
    }
}
