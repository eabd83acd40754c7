using Microsoft.Extensions.Logging;
using Serverless.Core.Alerting;
using Serverless.Core.Data;
using Serverless.Core.Removal;
using Serverless.Core.Serving;
using Serverless.Core.Storage;

namespace Serverless.Core.Training;

/// <summary>
/// Turns a dropped file into a version: validate, train, compare, register, promote. Idempotent and crash-safe: events
/// may be repeated or out of order, and the process may be killed at any time; each run takes effect exactly once.
/// </summary>
public sealed class TrainingRunner(
    TrainingServices services,
    ModelCache cache,
    RunProgressStore progress,
    StartOver startOver,
    Alerts alerts,
    ILogger<TrainingRunner> logger)
{
    private static readonly TimeSpan LeaseRetry = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs the training for a dropped file.</summary>
    /// <param name="path">Path below <c>datasets/</c>; null if the event was for a blob elsewhere.</param>
    /// <returns>
    /// The outcome, possibly of an earlier run; or, at the time limit, the message that continues it. Null if the file
    /// is in no model's folder, which is logged.
    /// </returns>
    public async Task<RunRecord?> RunDroppedAsync(string? path, CancellationToken cancellationToken)
    {
        if (BlobPaths.Split(path) is var (model, file))
        {
            return await RunFileAsync(new RetrainRequest(model, "a dropped file", file), cancellationToken);
        }

        StorageLog.NoModelFolder(logger, BlobPaths.Datasets, path ?? "a blob elsewhere");
        return null;
    }

    /// <summary>Runs the training for a message: on its file, or on the newest one as if just dropped.</summary>
    /// <returns>As <see cref="RunDroppedAsync"/>; null if there is no data.</returns>
    public async Task<RunRecord?> RunAsync(RetrainRequest request, CancellationToken cancellationToken)
    {
        var model = request.Model;
        if (await services.Registry.IsDeletedAsync(model, cancellationToken))
        {
            // The message is from before the deletion. What is dropped after it comes as an event, or by a sweep.
            new RunProgress(services.Feed, services.Clock, model, request.File ?? "").Publish(
                RunStage.Completed, 1, $"Nothing to train on: {model} was deleted.");
            return null;
        }

        if (request.File is not null) return await RunFileAsync(request, cancellationToken);
        if (await ModelDataFiles.LatestAsync(services.Store, model, cancellationToken) is { } newest)
        {
            return await RunFileAsync(
                request with { File = newest.Name[BlobPaths.DatasetsOf(model).Length..] }, cancellationToken);
        }

        new RunProgress(services.Feed, services.Clock, model, "").Publish(
            RunStage.Completed, 1, $"Nothing to train on: no data was dropped for {model}.");
        return null;
    }

    /// <returns>Null if the store rejects the file's name, which raises an alert.</returns>
    private async Task<RunRecord?> RunFileAsync(RetrainRequest request, CancellationToken cancellationToken)
    {
        var (model, file) = (request.Model, request.File!);
        if (BlobName.BrokenRule(BlobPaths.Dataset(model, file)) is { } rule)
        {
            await RefuseNameAsync(model, file, rule, cancellationToken);
            return null;
        }

        using var deadline = new CancellationTokenSource(services.Options.Limit, services.Clock);
        var run = new TrainingRun(services, request, deadline.Token);
        await using var lease = await WaitForLeaseAsync(model, deadline.Token, cancellationToken);
        var dropped = await services.Store.GetPropertiesAsync(BlobPaths.Dataset(model, file), cancellationToken);
        var receipts = new DataReceipts(services.Store, model);
        if (lease is null)
        {
            if (dropped is not null) await receipts.DeferAsync(file, dropped.ETag, cancellationToken);
            return run.Defer();
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        await startOver.CheckAsync(model, stop.Token);
        RunRecord record;
        try
        {
            record = await RunTelemetry.RunAsync(request, services.Clock, () => run.RunAsync(stop.Token));
        }
        catch (OperationCanceledException e) when (lease.Lost.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException(
                $"The training lease of {model} was lost: the store was unreachable for too long.", e);
        }
        finally
        {
            // Before the lease is released: until then no other run of this model can be in progress.
            await progress.FlushAsync();
        }

        if (dropped is not null)
        {
            if (record.Continuation is null) await receipts.WriteAsync(
                file, dropped.ETag, run.FaultyDefinition, stop.Token);
            else await receipts.DeferAsync(file, dropped.ETag, stop.Token);
        }

        if (record.Continuation is null) await AlertAsync(record, run.FaultyDefinition is not null, stop.Token);
        if (record.Outcome == RunOutcome.Promoted) await cache.RefreshAsync(model, cancellationToken);
        return record;
    }

    /// <summary>
    /// Reports names that Azure accepts but no folder on Windows can hold, and that listings therefore skip.
    /// </summary>
    private async Task RefuseNameAsync(string model, string file, string rule, CancellationToken cancellationToken)
    {
        var message = $"The name of a dropped file, '{file}', {rule}. Rename it, and drop it again.";
        TrainingLog.FileNameRefused(logger, model, message);
        if (BlobPaths.IsModelName(model)) await alerts.RaiseRejectedAsync(model, file, message, cancellationToken);
    }

    /// <summary>Raises an alert for a rejected file, since users watch a model's alerts rather than its runs.</summary>
    private async Task AlertAsync(RunRecord record, bool isDefinitionAtFault, CancellationToken cancellationToken)
    {
        if (record.Outcome != RunOutcome.Rejected)
        {
            await alerts.ResolveRejectedAsync(record.Model, record.File, cancellationToken);
            return;
        }

        var quarantined = record.Reports.LastOrDefault(r => !r.Accepted)?.Quarantined;
        var place = quarantined is null
            ? $"The file stays at {BlobPaths.Dataset(record.Model, record.File)}."
            : $"A copy and its report are at {quarantined} and {quarantined}.report.json.";
        var remedy = isDefinitionAtFault
            ? "Correct model.json; a sweep then processes the file once it is "
                + $"{TrainingOptions.EventGrace.TotalMinutes:0} minutes old. To process it at once, drop it again."
            : "Correct the file, or adapt model.json to it, and drop it again.";
        await alerts.RaiseRejectedAsync(
            record.Model, record.File, $"{record.Message} {place} {remedy}", cancellationToken);
    }

    /// <returns>Null if another process held it until the deadline.</returns>
    private async Task<BlobLease?> WaitForLeaseAsync(
        string model, CancellationToken deadline, CancellationToken cancellationToken)
    {
        while (!deadline.IsCancellationRequested)
        {
            var lease = await services.Store.TryAcquireLeaseAsync(BlobPaths.TrainingLease(model), cancellationToken);
            if (lease is not null) return lease;

            await Task.Delay(LeaseRetry, services.Clock, cancellationToken);
        }

        return null;
    }
}
