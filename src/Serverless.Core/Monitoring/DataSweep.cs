using Serverless.Core.Batch;
using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Removal;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;

namespace Serverless.Core.Monitoring;

/// <summary>
/// Finds dropped files that were never taken in, because the event was lost, every attempt failed, or an unusable
/// model.json has changed since; and models that have something to learn from that no run has learned from: their
/// message was lost, a file was deleted, or model.json was edited. Requesting a run twice is harmless, since runs are
/// idempotent.
/// </summary>
public sealed class DataSweep(
    BlobStore store,
    ModelRegistry registry,
    RetrainCheck retrains,
    StartOver startOver,
    TimeProvider clock)
{
    /// <summary>Max files requested at once; the next sweep continues with the rest.</summary>
    public const int MaxAtOnce = 100;

    /// <summary>
    /// Finds unprocessed files to predict. Files of a model without a champion wait until it has one.
    /// </summary>
    public async Task<IReadOnlyList<BatchRequest>> FindMissedBatchesAsync(CancellationToken cancellationToken)
    {
        var settledBefore = clock.GetUtcNow() - TrainingOptions.EventGrace;
        var missed = new List<BatchRequest>();
        string? current = null;
        var canPredict = false;
        IReadOnlySet<string> known = new HashSet<string>();
        await foreach (var blob in store.ListAsync(BlobPaths.BatchInputs, cancellationToken))
        {
            if (blob.LastModified > settledBefore
                || blob.Name[BlobPaths.BatchInputs.Length..].Split('/', 2) is not [var model, var file])
            {
                continue;
            }

            var receipts = new DataReceipts(store, model);
            if (model != current)
            {
                current = model;
                canPredict = !BlobPaths.IsModelName(model)
                    || await store.GetPropertiesAsync(BlobPaths.Aliases(model), cancellationToken) is not null;
                known = await receipts.ListAsync(settledBefore, cancellationToken);
            }

            if (!canPredict || known.Contains(receipts.Name(blob.Name, blob.ETag))) continue;
            missed.Add(new BatchRequest(model, file));
            if (missed.Count == MaxAtOnce) break;
        }

        return missed;
    }

    /// <returns>A request for each unprocessed file, in name order.</returns>
    public async Task<IReadOnlyList<IngestRequest>> FindMissedAsync(CancellationToken cancellationToken)
    {
        await startOver.CheckAllAsync(cancellationToken);
        var settledBefore = clock.GetUtcNow() - TrainingOptions.EventGrace;
        var missed = new List<IngestRequest>();
        string? current = null;
        DateTimeOffset? deletedAt = null;
        DataReceipts? receipts = null;
        IReadOnlySet<string> known = new HashSet<string>();
        string? definition = null;
        // In name order, so the files of a model are adjacent.
        await foreach (var blob in store.ListAsync($"{BlobPaths.Datasets}/", cancellationToken))
        {
            if (blob.LastModified > settledBefore || blob.Name.Split('/', 3) is not [_, var model, var file]) continue;
            if (receipts is null || model != current)
            {
                (current, receipts) = (model, new DataReceipts(store, model));
                known = await receipts.ListAsync(settledBefore, cancellationToken);
                definition = (await store.GetPropertiesAsync(BlobPaths.Definition(model), cancellationToken))?.ETag;
                deletedAt = BlobPaths.IsModelName(model)
                    ? await registry.DeletedAtAsync(model, cancellationToken)
                    : null;
            }

            // What a deleted model was trained on does not bring it back.
            if (blob.LastModified <= deletedAt) continue;

            if (known.Contains(receipts.Name(file, blob.ETag))) continue;
            if (definition is not null && known.Contains(receipts.Name(file, blob.ETag, definition))) continue;
            missed.Add(new IngestRequest(model, file, "a dropped file that was not processed"));
            if (missed.Count == MaxAtOnce) break;
        }

        return missed;
    }

    /// <returns>A request for each model that has had something new to learn from for a while.</returns>
    public async Task<IReadOnlyList<RetrainRequest>> FindUntrainedAsync(CancellationToken cancellationToken)
    {
        var settledBefore = clock.GetUtcNow() - TrainingOptions.EventGrace;
        var untrained = new List<RetrainRequest>();
        await foreach (var model in store.ListFoldersAsync($"{BlobPaths.Data}/", cancellationToken))
        {
            var changed = await new DataVersions(store, clock, model).FindNewestAsync(cancellationToken);
            var definition = await store.GetPropertiesAsync(BlobPaths.Definition(model), cancellationToken);
            if (changed is null || changed.CreatedAt > settledBefore) continue;
            if (definition?.LastModified > settledBefore) continue; // it may still be written
            if (await retrains.IsNewAsync(model, cancellationToken))
            {
                untrained.Add(new RetrainRequest(model, "data or a model.json that was not learned from"));
            }
        }

        return untrained;
    }
}
