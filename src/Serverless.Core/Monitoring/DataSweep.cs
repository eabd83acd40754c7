using Serverless.Core.Batch;
using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Removal;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;

namespace Serverless.Core.Monitoring;

/// <summary>
/// Finds dropped files that were never processed, because the event was lost, every attempt failed, or an unusable
/// model.json has changed since; and models whose model.json says since their newest version to learn otherwise.
/// Requesting a run twice is harmless, since runs are idempotent.
/// </summary>
public sealed class DataSweep(
    BlobStore store,
    ModelRegistry registry,
    DefinitionFile definitions,
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
    public async Task<IReadOnlyList<RetrainRequest>> FindMissedAsync(CancellationToken cancellationToken)
    {
        await startOver.CheckAllAsync(cancellationToken);
        var settledBefore = clock.GetUtcNow() - TrainingOptions.EventGrace;
        var missed = new List<RetrainRequest>();
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
            missed.Add(new RetrainRequest(model, "a dropped file that was not processed", file));
            if (missed.Count == MaxAtOnce) break;
        }

        return missed;
    }

    /// <returns>
    /// A request for each model whose newest version was made with another model.json, as far as that is about learning
    /// and anything can be learned with it.
    /// </returns>
    public async Task<IReadOnlyList<RetrainRequest>> FindEditedAsync(CancellationToken cancellationToken)
    {
        var edited = new List<RetrainRequest>();
        foreach (var model in await registry.ListModelsAsync(cancellationToken))
        {
            if (await IsEditedAsync(model, cancellationToken)
                && await retrains.FindObstacleAsync(model, cancellationToken) is null)
            {
                edited.Add(new RetrainRequest(model, "model.json was edited"));
            }
        }

        return edited;
    }

    private async Task<bool> IsEditedAsync(string model, CancellationToken cancellationToken)
    {
        var file = await store.GetPropertiesAsync(BlobPaths.Definition(model), cancellationToken);
        if (file is null || file.LastModified > clock.GetUtcNow() - TrainingOptions.EventGrace) return false;
        await foreach (var newest in registry.ListAsync(model, cancellationToken))
        {
            if (file.LastModified <= newest.CreatedAt) return false;
            var (definition, problem) = await definitions.ReadAsync(newest, cancellationToken);
            // Hashed anew, since a hash of another engine's may be of other properties.
            return problem is null && ModelDefinitionReader.CanonicalHash(definition)
                != ModelDefinitionReader.CanonicalHash(newest.Definition);
        }

        return false;
    }
}
