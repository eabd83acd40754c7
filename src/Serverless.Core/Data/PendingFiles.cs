using Serverless.Core.Registry;
using Serverless.Core.Storage;

namespace Serverless.Core.Data;

/// <summary>A model's dropped files that are not taken in yet.</summary>
internal sealed class PendingFiles(BlobStore store, ModelRegistry registry, string model)
{
    /// <param name="since">Leaves out files dropped before this.</param>
    /// <returns>Paths below the model's folder, in name order.</returns>
    public async Task<IReadOnlyList<string>> FindAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var receipts = new DataReceipts(store, model);
        // What a deleted model was trained on does not bring it back.
        var deletedAt = await registry.DeletedAtAsync(model, cancellationToken);
        IReadOnlySet<string>? known = null;
        string? definition = null;
        var pending = new List<string>();
        await foreach (var blob in store.ListAsync(BlobPaths.DatasetsOf(model), cancellationToken))
        {
            var file = blob.Name[BlobPaths.DatasetsOf(model).Length..];
            if (blob.LastModified < since || blob.LastModified <= deletedAt
                || !ModelDataFiles.IsDataFile(file)) continue;
            if (known is null)
            {
                known = await receipts.ListAsync(DateTimeOffset.MaxValue, cancellationToken);
                definition = (await store.GetPropertiesAsync(BlobPaths.Definition(model), cancellationToken))?.ETag;
            }

            var isDone = known.Contains(receipts.Name(file, blob.ETag))
                || (definition is not null && known.Contains(receipts.Name(file, blob.ETag, definition)));
            if (!isDone) pending.Add(file);
        }

        return pending;
    }
}
