using Microsoft.Extensions.Logging;
using Serverless.Core.Alerting;
using Serverless.Core.Data;
using Serverless.Core.Removal;
using Serverless.Core.Storage;

namespace Serverless.Core.Training;

/// <summary>
/// Takes in dropped files: checks the rows, makes a part of the good ones and a data version that has it, and says
/// whether to train. Idempotent and crash-safe: events may be repeated or out of order, and the process may be killed
/// at any time; the newest data version has each accepted file once.
/// </summary>
public sealed class IngestRunner(
    TrainingServices services,
    RunProgressStore progress,
    StartOver startOver,
    Alerts alerts,
    ILogger<IngestRunner> logger)
{
    /// <summary>Age of a file whose own ingest is expected to ask for the training.</summary>
    private static readonly TimeSpan PendingAge = TimeSpan.FromMinutes(2);

    /// <param name="path">Path below <c>datasets/</c>; null if the event was for a blob elsewhere.</param>
    /// <returns>Null if the file is in no model's folder, which is logged.</returns>
    public async Task<IngestResult?> RunDroppedAsync(string? path, CancellationToken cancellationToken)
    {
        if (BlobPaths.Split(path) is var (model, file))
        {
            var result = await RunAsync(new IngestRequest(model, file, "a dropped file"), cancellationToken);
            // Of files that are dropped together, the last one to be read asks: one training learns from all of them. A
            // message has no others beside it whose event is sure to come.
            return result.Training is not null && await IsAnotherPendingAsync(model, file, cancellationToken)
                ? result with { Training = null }
                : result;
        }

        StorageLog.NoModelFolder(logger, BlobPaths.Datasets, path ?? "a blob elsewhere");
        return null;
    }

    public async Task<IngestResult> RunAsync(IngestRequest request, CancellationToken cancellationToken)
    {
        var (model, file) = (request.Model, request.File);
        if (BlobName.BrokenRule(BlobPaths.Dataset(model, file)) is { } rule)
        {
            await RefuseNameAsync(model, file, rule, cancellationToken);
            return new IngestResult(null);
        }

        await StartOverAsync(model, cancellationToken);
        using var deadline = new CancellationTokenSource(services.Options.Limit, services.Clock);
        var dropped = await services.Store.GetPropertiesAsync(BlobPaths.Dataset(model, file), cancellationToken);
        var receipts = new DataReceipts(services.Store, model);
        var run = new IngestRun(services, request, deadline.Token);
        IngestResult result;
        try
        {
            result = await IngestTelemetry.RunAsync(
                request, services.Clock, () => run.RunAsync(cancellationToken));
        }
        catch (Exception e) when (e is not OperationCanceledException && BlobPaths.IsModelName(model))
        {
            await alerts.RaiseRejectedAsync(
                model, file,
                $"{file} could not be read because of a fault of this product, not of the file: {e.GetType().Name}: "
                + $"{e.Message} It is tried again by every sweep.",
                cancellationToken);
            throw;
        }
        finally
        {
            await progress.FlushAsync();
        }

        if (result.Continuation is not null)
        {
            if (dropped is not null) await receipts.DeferAsync(file, dropped.ETag, cancellationToken);
            return result;
        }

        if (dropped is not null)
        {
            await receipts.WriteAsync(file, dropped.ETag, run.FaultyDefinition, cancellationToken);
        }

        if (result.Record is { Outcome: RunOutcome.Rejected } rejected)
        {
            await RunAlerts.RaiseAsync(alerts, rejected, run.FaultyDefinition is not null, cancellationToken);
        }
        else
        {
            await alerts.ResolveRejectedAsync(model, file, cancellationToken);
        }

        return result;
    }

    /// <summary>
    /// Forgets the past of a model whose folder was deleted, before a new model.json hides that. A run that holds the
    /// lease looks itself.
    /// </summary>
    private async Task StartOverAsync(string model, CancellationToken cancellationToken)
    {
        if (!BlobPaths.IsModelName(model)
            || await services.Store.GetPropertiesAsync(BlobPaths.Definition(model), cancellationToken) is not null)
        {
            return;
        }

        await using var lease = await services.Store.TryAcquireLeaseAsync(
            BlobPaths.TrainingLease(model), cancellationToken);
        if (lease is not null) await startOver.CheckAsync(model, cancellationToken);
    }

    /// <summary>
    /// Takes in the files of a model that were dropped and are not read yet, so that a training has them. Skips a file
    /// that a fault of the product keeps out, which has raised an alert: the model learns from the others.
    /// </summary>
    /// <param name="training">What asked for them.</param>
    internal async Task RunPendingAsync(RetrainRequest training, CancellationToken cancellationToken)
    {
        var model = training.Model;
        if (!BlobPaths.IsModelName(model)) return;
        foreach (var file in await Pending(model).FindAsync(DateTimeOffset.MinValue, cancellationToken))
        {
            var request = new IngestRequest(model, file, training.Reason) { TraceParent = training.TraceParent };
            try
            {
                await RunAsync(request, cancellationToken);
            }
            catch (Exception e) when (e is not (OperationCanceledException or StoreUnavailableException))
            {
                TrainingLog.FileNotTakenIn(logger, model, file, e);
            }
        }
    }

    /// <summary>
    /// Whether another file was dropped a moment ago and is not read yet. Of two files that end at once, at least one
    /// finds the receipt of the other.
    /// </summary>
    private async Task<bool> IsAnotherPendingAsync(string model, string file, CancellationToken cancellationToken) =>
        (await Pending(model).FindAsync(services.Clock.GetUtcNow() - PendingAge, cancellationToken))
            .Any(other => other != file);

    private PendingFiles Pending(string model) => new(services.Store, services.Registry, model);

    /// <summary>
    /// Reports names that Azure accepts but no folder on Windows can hold, and that listings therefore skip.
    /// </summary>
    private async Task RefuseNameAsync(string model, string file, string rule, CancellationToken cancellationToken)
    {
        var message = $"The name of a dropped file, '{file}', {rule}. Rename it, and drop it again.";
        TrainingLog.FileNameRefused(logger, model, message);
        if (BlobPaths.IsModelName(model)) await alerts.RaiseRejectedAsync(model, file, message, cancellationToken);
    }
}
