using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Core.Telemetry;
using Serverless.Core.Traffic;

namespace Serverless.Core.Serving;

/// <summary>
/// Writes what was asked and answered to <c>predictions/{model}/{date}/</c>, one blob per instance, version and
/// interval, for monitoring to read.
/// </summary>
public sealed class PredictionLog : IAsyncDisposable
{
    private static readonly TimeSpan _longestPatience = TimeSpan.FromSeconds(5);

    private readonly BlobStore _store;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    // Not the models: one that had to make room must not stay in memory until its counts are written.
    private readonly Dictionary<string, TrafficRecorder> _recorders = [];
    private readonly PeriodicFlush _flush;
    // Longer than any request has a version in hand, which takes milliseconds.
    private readonly TimeSpan _patience;
    private DateTimeOffset _since;
    private int _sequence;

    public PredictionLog(BlobStore store, ServingOptions options, TimeProvider clock, ILogger<PredictionLog> logger)
    {
        (_store, _clock, _since) = (store, clock, clock.GetUtcNow());
        _patience = options.FlushInterval < _longestPatience ? options.FlushInterval : _longestPatience;
        _flush = new PeriodicFlush(
            clock,
            options.FlushInterval,
            WriteAsync,
            Failures.PredictionLog,
            e => ServingLog.PredictionLogFailed(logger, e));
    }

    /// <summary>Names this process in blob names and prediction ids.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..10];

    /// <summary>
    /// About what the counts and samples take of memory, those of versions that had to make room among them.
    /// </summary>
    internal long Bytes
    {
        get
        {
            lock (_lock) return _recorders.Values.Sum(recorder => recorder.Bytes);
        }
    }

    /// <summary>Begins to collect a version's traffic, or goes on where it had to make room meanwhile.</summary>
    internal void Attach(ServedModel served)
    {
        lock (_lock)
        {
            // One for each version, however often it is loaded between two flushes.
            if (_recorders.TryGetValue(served.Traffic.Key, out var known)) served.Traffic = known;
            else _recorders.Add(served.Traffic.Key, served.Traffic);
            served.Traffic.Holders++;
            served.Traffic.RetiredAt = null;
        }
    }

    /// <summary>
    /// Another version took over, or it had to make room. Requests that have this one in hand are counted too: it is
    /// forgotten by a flush some seconds later that finds nothing to write.
    /// </summary>
    internal void Retire(ServedModel served)
    {
        lock (_lock)
        {
            // The same version may be loaded more than once: as the champion, and since it was asked for by its number.
            if (--served.Traffic.Holders == 0) served.Traffic.RetiredAt = _clock.GetUtcNow();
        }
    }

    /// <summary>Writes all counts since the last flush. What cannot be written is kept for the next one.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _flush.FlushAsync(cancellationToken);

    /// <summary>Begins to write before it is time, where memory is wanted.</summary>
    /// <returns>The end of the flush that is under way; it does not fail.</returns>
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
