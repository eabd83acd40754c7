using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Core.Telemetry;

namespace Serverless.Core.Training;

/// <summary>
/// Writes the progress of this process's runs, and reads that of all: on Azure one instance trains and another shows
/// the progress. A failure to write is logged and does not stop the run.
/// </summary>
public sealed class RunProgressStore : IAsyncDisposable
{
    private const long MaxBytes = 1 << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    private readonly BlobStore _store;
    private readonly RunFeed _feed;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Run> _runs = [];
    private readonly PeriodicFlush _flush;

    public RunProgressStore(BlobStore store, RunFeed feed, TimeProvider clock, ILogger<RunProgressStore> logger)
    {
        (_store, _feed, _clock) = (store, feed, clock);
        _flush = new PeriodicFlush(
            clock, Interval, _ => WriteAsync(), Failures.Progress, e => TrainingLog.ProgressNotWritten(logger, e));
        feed.Updated += OnUpdated;
    }

    /// <summary>Lists a model's unfinished or failed runs, newest first.</summary>
    public async Task<IReadOnlyList<RunProgressState>> ListAsync(string model, CancellationToken cancellationToken)
    {
        var runs = new List<RunProgressState>();
        await foreach (var blob in _store.ListAsync(Prefix(model), cancellationToken))
        {
            if (await _store.ReadJsonAsync(
                blob.Name, MaxBytes, RunsJson.Readable.RunProgressState, cancellationToken) is { } run)
            {
                runs.Add(run);
            }
        }

        return [.. runs.OrderByDescending(r => r.StartedAt)];
    }

    /// <summary>Writes all updates received from the feed. Never throws.</summary>
    public Task FlushAsync() => _flush.TryFlushAsync();

    public async ValueTask DisposeAsync()
    {
        _feed.Updated -= OnUpdated;
        await _flush.DisposeAsync();
    }

    private void OnUpdated(RunUpdate update)
    {
        lock (_lock)
        {
            var startedAt = _runs.TryGetValue(update.RunId, out var known) ? known.StartedAt : _clock.GetUtcNow();
            _runs[update.RunId] = new Run(update, startedAt, known?.Written, known?.WrittenAt ?? default);
        }
    }

    private async Task WriteAsync()
    {
        Run[] runs;
        lock (_lock) runs = [.. _runs.Values];
        foreach (var run in runs) await WriteAsync(run);
    }

    private async Task WriteAsync(Run run)
    {
        var (update, now) = (run.Update, _clock.GetUtcNow());
        if (update.IsEnd && update.Stage != RunStage.Failed)
        {
            // A run that ended before its first write has no blob to delete.
            if (run.Written is not null) await _store.DeleteAsync(Name(update), CancellationToken.None);
        }
        else if (update != run.Written || now - run.WrittenAt >= Heartbeat)
        {
            if (run.Written is null) await ForgetEarlierAsync(update.Model, now);
            var state = new RunProgressState(
                update.RunId,
                update.Model,
                update.File,
                update.Stage,
                update.Progress,
                update.Message,
                run.StartedAt,
                now);
            await _store.WriteAsync(
                Name(update),
                JsonSerializer.SerializeToUtf8Bytes(state, RunsJson.Readable.RunProgressState),
                WriteCondition.Always,
                CancellationToken.None);
        }
        else
        {
            return;
        }

        lock (_lock)
        {
            if (update.IsEnd) _runs.Remove(update.RunId);
            else _runs[update.RunId] = _runs[update.RunId] with { Written = update, WrittenAt = now };
        }
    }

    /// <summary>Deletes other runs' states: a model has one run at a time, so they are obsolete.</summary>
    private async Task ForgetEarlierAsync(string model, DateTimeOffset now)
    {
        await foreach (var blob in _store.ListAsync(Prefix(model), CancellationToken.None))
        {
            if (now - blob.LastModified > RunProgressState.Silence)
            {
                await _store.DeleteAsync(blob.Name, CancellationToken.None);
            }
        }
    }

    private static string Name(RunUpdate update) => $"{Prefix(update.Model)}{update.RunId}.json";

    private static string Prefix(string model) => $"{BlobPaths.MonitoringOf(model)}running/";

    /// <param name="Written">The last update written; null if none was.</param>
    private sealed record Run(RunUpdate Update, DateTimeOffset StartedAt, RunUpdate? Written, DateTimeOffset WrittenAt);
}
