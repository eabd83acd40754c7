using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Telemetry;

namespace Serverless.Core.Serving;

/// <summary>Writes this process's counts of live roll-outs, one blob for each step, and reads those of all.</summary>
public sealed class RolloutLog : IAsyncDisposable
{
    private const long MaxSketchBytes = 64L << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly BlobStore _store;
    private readonly TimeProvider _clock;
    private readonly ILogger<RolloutLog> _logger;
    private readonly string _instance = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..10];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _flushing = new(1);
    private readonly Dictionary<RolloutRecorder, long> _written = [];
    private readonly ITimer _timer;
    private Task _flush = Task.CompletedTask;

    public RolloutLog(BlobStore store, TimeProvider clock, ILogger<RolloutLog> logger)
    {
        (_store, _clock, _logger) = (store, clock, logger);
        _timer = clock.CreateTimer(_ => BeginFlush(), null, Interval, Interval);
    }

    /// <summary>Begins to count a step, or goes on where the champion had to make room for other models meanwhile.</summary>
    internal RolloutRecorder Open(string model, Rollout rollout)
    {
        lock (_lock)
        {
            if (_written.Keys.FirstOrDefault(r => r.Model == model && r.Rollout.IsSameStep(rollout)) is { } known) return known;
            var recorder = new RolloutRecorder(model, rollout);
            // What is counted no longer and is written is forgotten.
            foreach (var (old, changes) in _written.Where(w => w.Key.Model == model && w.Value == w.Key.Changes).ToList()) _written.Remove(old);
            _written[recorder] = 0;
            return recorder;
        }
    }

    /// <summary>Writes whatever was counted since the last flush. What cannot be written is written by the next one.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            List<(RolloutRecorder Recorder, long Changes)> changed;
            lock (_lock) changed = [.. _written.Where(w => w.Value != w.Key.Changes).Select(w => (w.Key, w.Key.Changes))];
            foreach (var (recorder, changes) in changed)
            {
                var json = JsonSerializer.SerializeToUtf8Bytes(recorder.ToSketch(_clock.GetUtcNow()), RolloutsJson.Default.RolloutSketch);
                var name = $"{Prefix(recorder.Model, recorder.Rollout)}{_instance}.json";
                await _store.WriteAsync(name, json, WriteCondition.Always, cancellationToken);
                lock (_lock) _written[recorder] = changes;
            }
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <summary>What each instance saw of the step that the roll-out is in.</summary>
    internal async IAsyncEnumerable<RolloutSketch> ReadAsync(
        string model, Rollout rollout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in _store.ListAsync(Prefix(model, rollout), cancellationToken))
        {
            if (await _store.ReadJsonAsync(blob.Name, MaxSketchBytes, RolloutsJson.Default.RolloutSketch, cancellationToken) is { } sketch) yield return sketch;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _flush;
        await FlushInBackgroundAsync();
        _flushing.Dispose();
    }

    private static string Prefix(string model, Rollout rollout) => string.Create(
        CultureInfo.InvariantCulture,
        $"{BlobPaths.PredictionsOf(model)}rollouts/v{rollout.Version}/{rollout.StepStartedAt.UtcDateTime:yyyy-MM-ddTHHmmssfffffff}-");

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
            Failures.Count(Failures.RolloutLog, model: null, e);
            ServingLog.RolloutLogFailed(_logger, e);
        }
    }
}
