using Microsoft.Extensions.Logging;
using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;

namespace Serverless.Core.Batch;

/// <summary>
/// Predicts dropped files: <c>batch/in/{model}/{file}</c> becomes <c>batch/out/{model}/{file}</c>, row by row.
/// Idempotent and crash-safe: however often an event is delivered or the process is killed, the output equals that of
/// one undisturbed run by the version that was champion at its start. A rewritten file is predicted again.
/// </summary>
/// <remarks>
/// These rows are excluded from the prediction log, and so from drift and performance reports: a file is often an old
/// or selected population, a million rows would outweigh a day of requests, and rows predicted again after a crash
/// would count twice.
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
    /// Predicts a file, or continues with it, until it is done or <see cref="TrainingOptions.Limit"/> is reached.
    /// </summary>
    public Task<BatchOutcome> RunAsync(BatchRequest request, CancellationToken cancellationToken) =>
        BatchTelemetry.RunAsync(request, clock, () => PredictAsync(request, cancellationToken));

    /// <summary>Predicts the file named by an event.</summary>
    /// <param name="path">Path below <c>batch/in/</c>; null if the event was for a blob elsewhere.</param>
    /// <returns>Null if the file is in no model's folder, which is logged.</returns>
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
                "Expected a name short enough to append .report.json, found a longer one.");
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
                $"Deferred: another file used the whole time limit of {options.Limit:c}.",
                Continuation: request);
            if (await store.GetPropertiesAsync(input, cancellationToken) is { } dropped)
            {
                await receipts.DeferAsync(input, dropped.ETag, cancellationToken);
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
            throw new StoreUnavailableException(
                $"The lease of {input} was lost: the store was unreachable for too long.", e);
        }

        BatchLog.BatchEnded(
            logger,
            outcome.Result == BatchResult.Rejected ? LogLevel.Warning : LogLevel.Information,
            model,
            file,
            outcome.Message);
        if (run.ETag is not { } eTag) return outcome;
        if (outcome.Continuation is not null) await receipts.DeferAsync(input, eTag, stop.Token);
        else if (outcome.Report is not null) await receipts.WriteAsync(input, eTag, faultyDefinition: null, stop.Token);
        return outcome;
    }

    /// <returns>Null if another process held it until the deadline.</returns>
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
