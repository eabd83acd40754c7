using Microsoft.Extensions.Logging;
using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;

namespace Serverless.Core.Batch;

/// <summary>
/// Files to be predicted: <c>batch/in/{model}/{file}</c> becomes <c>batch/out/{model}/{file}</c>, with a row for each
/// row.
/// Any event may come any number of times, and the process may be killed at any moment: the output is that of one
/// undisturbed run, by the version that was champion when it began. A file that is written again is predicted anew.
/// </summary>
/// <remarks>
/// These rows are not in the prediction log, and so not in drift and performance reports: a file is often an old or a
/// chosen population, and one of a million rows would drown what callers ask in a day; and a row that is predicted
/// again after a crash would count twice.
/// </remarks>
public sealed class BatchRunner(
    BlobStore store,
    ModelRegistry registry,
    TrainingOptions options,
    TimeProvider clock,
    ILogger<BatchRunner> logger)
{
    private static readonly TimeSpan LeaseRetry = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Predicts a file, or goes on with it, until it is done or <see cref="TrainingOptions.Limit"/> is reached.
    /// </summary>
    public Task<BatchOutcome> RunAsync(BatchRequest request, CancellationToken cancellationToken) =>
        BatchTelemetry.RunAsync(request, clock, () => PredictAsync(request, cancellationToken));

    /// <summary>Predicts a file as its event names it.</summary>
    /// <param name="path">Below <c>batch/in/</c>; null where the event was for a blob elsewhere.</param>
    /// <returns>Null where it is no file of a model's folder, which is logged.</returns>
    public async Task<BatchOutcome?> RunDroppedAsync(string? path, CancellationToken cancellationToken)
    {
        if (BlobPaths.Split(path) is var (model, file))
        {
            return await RunAsync(new BatchRequest(model, file), cancellationToken);
        }

        StorageLog.NoModelFolder(logger, BatchFolders.Inputs, path ?? "a blob elsewhere");
        return null;
    }

    private async Task<BatchOutcome> PredictAsync(BatchRequest request, CancellationToken cancellationToken)
    {
        var (model, file) = (request.Model, request.File);
        if (!BlobName.IsValid(BlobPaths.BatchReport(model, file)))
        {
            var refusal = new BatchOutcome(
                BatchResult.Rejected,
                "Expected a name that is short enough for that of its report, found a longer one.");
            BatchLog.BatchEnded(logger, LogLevel.Warning, model, file, refusal.Message);
            return refusal;
        }

        using var deadline = new CancellationTokenSource(options.Limit, clock);
        var receipts = new DataReceipts(store, model);
        await using var lease = await WaitForLeaseAsync(
            new BatchParts(store, model, file).Lease, deadline.Token, cancellationToken);
        var input = BlobPaths.BatchInput(model, file);
        if (lease is null)
        {
            var other = new BatchOutcome(
                BatchResult.CutOff,
                $"Waits: another file took the whole time limit of {options.Limit:c}.",
                Continuation: request);
            if (await store.GetPropertiesAsync(input, cancellationToken) is { } dropped)
            {
                await receipts.PutOffAsync(input, dropped.ETag, cancellationToken);
            }

            return other;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        var run = new BatchRun(store, registry, clock, options.Limit, request, deadline.Token);
        BatchOutcome outcome;
        try
        {
            outcome = await run.RunAsync(stop.Token);
        }
        catch (OperationCanceledException e) when (lease.Lost.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"The lease of {input} was lost: the store was away for too long.", e);
        }

        BatchLog.BatchEnded(
            logger,
            outcome.Result == BatchResult.Rejected ? LogLevel.Warning : LogLevel.Information,
            model,
            file,
            outcome.Message);
        if (run.ETag is not { } eTag) return outcome;
        if (outcome.Continuation is not null) await receipts.PutOffAsync(input, eTag, stop.Token);
        else if (outcome.Report is not null) await receipts.WriteAsync(input, eTag, faultyDefinition: null, stop.Token);
        return outcome;
    }

    /// <returns>Null where somebody else held it until the deadline.</returns>
    private async Task<BlobLease?> WaitForLeaseAsync(
        string name, CancellationToken deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.TryAcquireLeaseAsync(name, cancellationToken) is { } lease) return lease;
            if (deadline.IsCancellationRequested) return null;
            await Task.Delay(LeaseRetry, clock, cancellationToken);
        }
    }
}
