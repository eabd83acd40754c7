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
    private readonly string _instance = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..10];
    private readonly Lock _lock = new();
    private readonly Dictionary<RolloutRecorder, long> _written = [];
    private readonly PeriodicFlush _flush;

    public RolloutLog(BlobStore store, TimeProvider clock, ILogger<RolloutLog> logger)
    {
        (_store, _clock) = (store, clock);
        _flush = new PeriodicFlush(
            clock, Interval, WriteAsync, Failures.RolloutLog, e => ServingLog.RolloutLogFailed(logger, e));
    }

    /// <summary>
    /// Begins to count a step, or goes on where the champion had to make room for other models meanwhile.
    /// </summary>
    internal RolloutRecorder Open(string model, Rollout rollout)
    {
        lock (_lock)
        {
            if (_written.Keys.FirstOrDefault(r => r.Model == model && r.Rollout.IsSameStep(rollout)) is { } known)
            {
                return known;
            }

            var recorder = new RolloutRecorder(model, rollout);
            // What is counted no longer and is written is forgotten.
            foreach (var (old, changes) in _written.Where(
                w => w.Key.Model == model && w.Value == w.Key.Changes).ToList()) _written.Remove(old);
            _written[recorder] = 0;
            return recorder;
        }
    }

    /// <summary>
    /// Writes whatever was counted since the last flush. What cannot be written is written by the next one.
    /// </summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _flush.FlushAsync(cancellationToken);

    /// <summary>What each instance saw of the step that the roll-out is in.</summary>
    internal async IAsyncEnumerable<RolloutSketch> ReadAsync(
        string model, Rollout rollout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in _store.ListAsync(Prefix(model, rollout), cancellationToken))
        {
            if (await _store.ReadJsonAsync(
                blob.Name, MaxSketchBytes, RolloutsJson.Default.RolloutSketch, cancellationToken) is { } sketch)
            {
                yield return sketch;
            }
        }
    }

    public ValueTask DisposeAsync() => _flush.DisposeAsync();

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        List<(RolloutRecorder Recorder, long Changes)> changed;
        lock (_lock)
        {
            changed = [.. _written.Where(w => w.Value != w.Key.Changes).Select(w => (w.Key, w.Key.Changes))];
        }

        foreach (var (recorder, changes) in changed)
        {
            var sketch = recorder.ToSketch(_clock.GetUtcNow());
            var json = JsonSerializer.SerializeToUtf8Bytes(sketch, RolloutsJson.Default.RolloutSketch);
            var name = $"{Prefix(recorder.Model, recorder.Rollout)}{_instance}.json";
            await _store.WriteAsync(name, json, WriteCondition.Always, cancellationToken);
            lock (_lock) _written[recorder] = changes;
        }
    }

    private static string Prefix(string model, Rollout rollout) => string.Create(
        CultureInfo.InvariantCulture,
        $"{BlobPaths.PredictionsOf(model)}rollouts/v{rollout.Version}/"
        + $"{rollout.StepStartedAt.UtcDateTime:yyyy-MM-ddTHHmmssfffffff}-");
}
