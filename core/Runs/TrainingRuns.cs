using Microsoft.Extensions.Logging;
using Serverless.Registry;
using Serverless.Serving;
using Serverless.Storage;
using Serverless.Telemetry;
using Serverless.Training;

namespace Serverless.Runs;

/// <summary>
/// A dropped file's way to a version: validate, train, compare, register, promote. Any event may come any number of
/// times, in any order, and the process may be killed at any moment: a run is known by its identity, and each is
/// brought to its end exactly once.
/// </summary>
public sealed class TrainingRuns(
    BlobStore store,
    ModelRegistry registry,
    ModelCache cache,
    RunRecords records,
    RunFeed feed,
    IReadOnlyList<ITrainer> trainers,
    TimeProvider clock)
{
    private static readonly TimeSpan LeaseRetry = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs what a file under <c>datasets/{model}/</c> asks for.</summary>
    /// <param name="trigger">What asked for the run, for people.</param>
    /// <returns>How it ended, or had ended when it was run before.</returns>
    public async Task<RunRecord> RunAsync(string model, string file, string trigger, CancellationToken cancellationToken)
    {
        await using var lease = await WaitForLeaseAsync(model, cancellationToken);
        var dropped = await store.GetPropertiesAsync(BlobPaths.Dataset(model, file), cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        var run = new TrainingRun(store, registry, records, feed, trainers, clock, model, file, trigger);
        RunRecord record;
        try
        {
            record = await RunTelemetry.RunAsync(model, file, clock, () => run.RunAsync(stop.Token));
        }
        catch (OperationCanceledException e) when (lease.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"The training lease of {model} was lost: the store was away for too long.", e);
        }

        if (dropped is not null) await new DataReceipts(store, model).WriteAsync(file, dropped.ETag, stop.Token);
        if (record.Outcome == RunOutcome.Promoted) await cache.RefreshAsync(model, cancellationToken);
        return record;
    }

    /// <summary>Trains on the newest data, as if it had just been dropped: the file that was changed last.</summary>
    /// <returns>Null where there is no data.</returns>
    public async Task<RunRecord?> RunNewestAsync(string model, string trigger, CancellationToken cancellationToken)
    {
        if (await DataFiles.NewestAsync(store, model, cancellationToken) is { } newest)
        {
            return await RunAsync(model, newest.Name[BlobPaths.DatasetsOf(model).Length..], trigger, cancellationToken);
        }

        new RunProgress(feed, clock, model, "").Publish(RunStage.Completed, 1, $"Nothing to train on: no data was dropped for {model}.");
        return null;
    }

    private async Task<BlobLease> WaitForLeaseAsync(string model, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.TryAcquireLeaseAsync(BlobPaths.TrainingLease(model), cancellationToken) is { } lease) return lease;
            await Task.Delay(LeaseRetry, clock, cancellationToken);
        }
    }
}
