using Serverless.Core.Alerting;
using Serverless.Core.Removal;
using Serverless.Core.Serving;
using Serverless.Core.Storage;

namespace Serverless.Core.Training;

/// <summary>
/// Turns the newest data version into a version of the model: train, compare, register, promote. Idempotent and
/// crash-safe: messages may be repeated or out of order, and the process may be killed at any time; each run takes
/// effect exactly once.
/// </summary>
public sealed class TrainingRunner(
    TrainingServices services,
    IngestRunner ingests,
    ModelCache cache,
    RunProgressStore progress,
    StartOver startOver,
    Alerts alerts)
{
    private static readonly TimeSpan LeaseRetry = TimeSpan.FromMilliseconds(100);

    /// <returns>
    /// The outcome, possibly of an earlier run; or, at the time limit, with the message that continues it.
    /// </returns>
    public async Task<RunRecord> RunAsync(RetrainRequest request, CancellationToken cancellationToken)
    {
        var model = request.Model;
        if (await services.Registry.IsDeletedAsync(model, cancellationToken))
        {
            // The message is from before the deletion. What is dropped after it comes as an event, or by a sweep.
            return new TrainingRun(services, request, cancellationToken).EndWithout(
                $"Nothing to train on: {model} was deleted.");
        }

        await ingests.RunPendingAsync(request, cancellationToken);
        using var deadline = new CancellationTokenSource(services.Options.Limit, services.Clock);
        var run = new TrainingRun(services, request, deadline.Token);
        await using var lease = await WaitForLeaseAsync(model, deadline.Token, cancellationToken);
        if (lease is null) return run.Defer();
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

        if (record.Continuation is null) await AlertAsync(record, run.FaultyDefinition is not null, stop.Token);
        if (record.Outcome == RunOutcome.Promoted) await cache.RefreshAsync(model, cancellationToken);
        return record;
    }

    private Task AlertAsync(RunRecord record, bool isDefinitionAtFault, CancellationToken cancellationToken) =>
        record.Outcome == RunOutcome.Rejected
            ? RunAlerts.RaiseAsync(alerts, record, isDefinitionAtFault, cancellationToken)
            : alerts.ResolveRejectedAsync(record.Model, record.File, cancellationToken);

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
