using Microsoft.Extensions.Logging;
using Serverless.Core.Registry;
using Serverless.Core.Storage;

namespace Serverless.Core.Removal;

/// <summary>
/// Starts a model over whose folder <c>models/{model}/</c> was deleted by hand: forgets its receipts, run records,
/// reports and alerts, so that its files count as new. The highest version number stays, and so does what a source has
/// pulled, whose files are still there.
/// </summary>
public sealed class StartOver(BlobStore store, ModelRegistry registry, TimeProvider clock, ILogger<StartOver> logger)
{
    /// <summary>Looks at every model that was ever monitored.</summary>
    public async Task CheckAllAsync(CancellationToken cancellationToken)
    {
        var existing = new HashSet<string>();
        await foreach (var model in store.ListFoldersAsync($"{BlobPaths.Models}/", cancellationToken))
        {
            existing.Add(model);
        }

        var monitored = new List<string>();
        await foreach (var model in store.ListFoldersAsync($"{BlobPaths.Monitoring}/", cancellationToken))
        {
            if (BlobPaths.IsModelName(model) && !existing.Contains(model)) monitored.Add(model);
        }

        foreach (var model in monitored)
        {
            // A run of the model looks itself, under the lease that it holds.
            await using var lease = await store.TryAcquireLeaseAsync(BlobPaths.TrainingLease(model), cancellationToken);
            if (lease is not null) await CheckAsync(model, cancellationToken);
        }
    }

    /// <summary>Forgets the model's past if its folder is gone. The caller holds the model's training lease.</summary>
    public async Task CheckAsync(string model, CancellationToken cancellationToken)
    {
        if (!BlobPaths.IsModelName(model)
            || await store.GetPropertiesAsync(BlobPaths.Definition(model), cancellationToken) is not null
            || await registry.HasAnyFileAsync(model, cancellationToken))
        {
            return;
        }

        var numbers = new VersionNumbers(store);
        // Without a version yet, or since the last end, there is nothing to forget: a rejected first file stays so.
        var state = await numbers.FindAsync(model, cancellationToken);
        if (state is not { Version: > 0, EndedAt: null }) return;
        string[] kept =
            [BlobPaths.HighestVersion(model), BlobPaths.SourceState(model), BlobPaths.SourceLease(model)];
        await ModelBlobs.DeleteAsync(store, BlobPaths.MonitoringOf(model), blob => kept.Contains(blob.Name), cancellationToken);
        // Last, so that a killed process begins again.
        await numbers.EndAsync(model, state.Version, clock.GetUtcNow(), isDeleted: false, cancellationToken);
        RemovalLog.StartedOver(logger, model);
    }
}
