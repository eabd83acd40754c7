using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Monitoring;
using Serverless.Storage;

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
    private readonly HashSet<ServedModel> _served = [];
    private readonly SemaphoreSlim _flushing = new(1);

    // Counts that were taken and not yet written, as where the store was away; one for each flush, version and model.
    private readonly Queue<(string Name, byte[] Json)> _unwritten = new();
    private readonly ITimer _timer;
    private DateTimeOffset _since;
    private int _sequence;

    public PredictionLog(BlobStore store, ServingOptions options, TimeProvider clock, ILogger<PredictionLog> logger)
    {
        (_store, _clock, _logger, _since) = (store, clock, logger, clock.GetUtcNow());
        _timer = clock.CreateTimer(_ => _ = FlushInBackgroundAsync(), null, options.FlushInterval, options.FlushInterval);
    }

    /// <summary>Names this process in blob names and prediction ids.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..10];

    /// <summary>Begins to collect a version's traffic. What a retired version still answers is collected too.</summary>
    internal void Attach(ServedModel served)
    {
        lock (_lock) _served.Add(served);
    }

    /// <summary>A retired version is forgotten once its last counts are written.</summary>
    internal async Task RetireAsync(ServedModel served, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        lock (_lock) _served.Remove(served);
    }

    /// <summary>Writes all counts since the last flush.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            ServedModel[] served;
            lock (_lock) served = [.. _served];
            var now = _clock.GetUtcNow();
            foreach (var one in served)
            {
                if (one.Traffic.Take(now, _since) is not { } sketch) continue;
                var name = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{BlobPaths.PredictionsOf(one.Name)}{now:yyyy-MM-dd}/{now:HHmmssfff}-{Instance}-{_sequence++}.json");
                var json = JsonSerializer.SerializeToUtf8Bytes(sketch, MonitoringJson.Default.TrafficSketch);
                _unwritten.Enqueue((name, json));
            }

            _since = now;
            while (_unwritten.TryPeek(out var next))
            {
                await _store.WriteAsync(next.Name, next.Json, WriteCondition.OnlyIfAbsent, cancellationToken);
                _unwritten.Dequeue();
            }
        }
        finally
        {
            _flushing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await FlushInBackgroundAsync();
        _flushing.Dispose();
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
            CoreLog.PredictionLogFailed(_logger, e);
        }
    }
}
