using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Monitoring;
using Serverless.Storage;
using Serverless.Telemetry;

namespace Serverless.Serving;

/// <summary>
/// Writes what was asked and answered to <c>predictions/{model}/{date}/</c>, one blob per instance, version and
/// interval, for monitoring to read.
/// </summary>
public sealed class PredictionLog : IAsyncDisposable
{
    private readonly BlobStore _store;
    private readonly TimeProvider _clock;
    private readonly ILogger<PredictionLog> _logger;
    private readonly Lock _lock = new();
    // Not the models: one that had to make room must not stay in memory until its counts are written.
    private readonly Dictionary<string, TrafficRecorder> _recorders = [];
    private readonly SemaphoreSlim _flushing = new(1);
    private readonly ITimer _timer;
    private readonly TimeSpan _interval;
    private Task _flush = Task.CompletedTask;
    private DateTimeOffset _since;
    private int _sequence;

    public PredictionLog(BlobStore store, ServingOptions options, TimeProvider clock, ILogger<PredictionLog> logger)
    {
        (_store, _clock, _logger, _since) = (store, clock, logger, clock.GetUtcNow());
        _interval = options.FlushInterval;
        _timer = clock.CreateTimer(_ => BeginFlush(), null, _interval, _interval);
    }

    /// <summary>Names this process in blob names and prediction ids.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..10];

    /// <summary>Begins to collect a version's traffic, or goes on where it had to make room meanwhile.</summary>
    internal void Attach(ServedModel served)
    {
        lock (_lock)
        {
            // One for each version, however often it is loaded between two flushes.
            if (_recorders.TryGetValue(served.Traffic.Key, out var known)) served.Traffic = known;
            else _recorders.Add(served.Traffic.Key, served.Traffic);
            served.Traffic.RetiredAt = null;
        }
    }

    /// <summary>
    /// Another version took over, or it had to make room. Requests that have this one in hand are counted too: it is forgotten when it has
    /// answered nothing for an interval.
    /// </summary>
    internal void Retire(ServedModel served) => served.Traffic.RetiredAt = _clock.GetUtcNow();

    /// <summary>Writes all counts since the last flush. What cannot be written is kept for the next one.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            TrafficRecorder[] recorders;
            lock (_lock) recorders = [.. _recorders.Values];
            var now = _clock.GetUtcNow();
            foreach (var one in recorders)
            {
                if (one.Take(now, _since) is { } sketch) await WriteAsync(one, sketch, cancellationToken);
                else Forget(one, now);
            }

            _since = now;
        }
        finally
        {
            _flushing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _flush;
        await FlushInBackgroundAsync();
        _flushing.Dispose();
    }

    private async Task WriteAsync(TrafficRecorder recorder, TrafficSketch sketch, CancellationToken cancellationToken)
    {
        try
        {
            var name = string.Create(
                CultureInfo.InvariantCulture,
                $"{BlobPaths.PredictionsOf(recorder.Name)}{sketch.Until:yyyy-MM-dd}/{sketch.Until:HHmmssfff}-{Instance}-{_sequence++}.json");
            var json = JsonSerializer.SerializeToUtf8Bytes(sketch, MonitoringJson.Default.TrafficSketch);
            await _store.WriteAsync(name, json, WriteCondition.OnlyIfAbsent, cancellationToken);
        }
        catch
        {
            recorder.Return(sketch);
            throw;
        }
    }

    private void Forget(TrafficRecorder recorder, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (recorder.RetiredAt + _interval <= now) _recorders.Remove(recorder.Key);
        }
    }

    private void BeginFlush()
    {
        // A slow store must not make one flush pile up on another.
        if (_flush.IsCompleted) _flush = FlushInBackgroundAsync();
    }

    /// <summary>Without a caller to tell, a failure is logged; predictions go on.</summary>
    private async Task FlushInBackgroundAsync()
    {
        try
        {
            await FlushAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // an edge: nothing above it could catch
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failures.Count(Failures.PredictionLog, model: null, e);
            CoreLog.PredictionLogFailed(_logger, e);
        }
    }
}
