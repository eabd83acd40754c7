using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Telemetry;

namespace Serverless.Core.Serving;

/// <summary>
/// Writes this process's counts of live roll-outs, one blob per step, and reads those of all processes.
/// </summary>
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

    /// <summary>Starts to count a step, or resumes it after the champion was evicted.</summary>
    internal RolloutRecorder Open(string model, Rollout rollout)
    {
        lock (_lock)
        {
            if (_written.Keys.FirstOrDefault(r => r.Model == model && r.Rollout.IsSameStep(rollout)) is { } known)
            {
                return known;
            }

            var recorder = new RolloutRecorder(model, rollout);
            // Removes recorders of ended steps once they are written.
            foreach (var (old, changes) in _written.Where(
                w => w.Key.Model == model && w.Value == w.Key.Changes).ToList()) _written.Remove(old);
            _written[recorder] = 0;
            return recorder;
        }
    }

    /// <summary>
    /// Writes the counts changed since the last flush. Those that cannot be written are left to the next one.
    /// </summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _flush.FlushAsync(cancellationToken);

    /// <summary>Reads every instance's counts of the roll-out's current step.</summary>
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
