using Serverless.Monitoring;
using Serverless.Storage;

namespace Serverless.Runs;

/// <summary>
/// Looks for dropped files that no run has brought to an end, because their event was lost or every try failed, or whose
/// model.json could not be used and has been changed since.
/// Asking twice is harmless: a run is known by its identity.
/// </summary>
public sealed class DataSweep(BlobStore store, TimeProvider clock)
{
    /// <summary>A younger file's event may still be on its way, or its run going on: as long as a function may run.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(30);

    /// <summary>Most files asked for at once; the next sweep goes on with the rest.</summary>
    public const int MostAtOnce = 100;

    /// <returns>A wish for each missed file, in the order of their names.</returns>
    public async Task<IReadOnlyList<RetrainRequest>> FindMissedAsync(CancellationToken cancellationToken)
    {
        var settledBefore = clock.GetUtcNow() - Grace;
        var missed = new List<RetrainRequest>();
        string? current = null;
        DataReceipts? receipts = null;
        IReadOnlySet<string> known = new HashSet<string>();
        string? definition = null;
        // In order of names, so the files of a model come one after the other.
        await foreach (var blob in store.ListAsync($"{BlobPaths.Datasets}/", cancellationToken))
        {
            if (blob.LastModified > settledBefore || blob.Name.Split('/', 3) is not [_, var model, var file]) continue;
            if (receipts is null || model != current)
            {
                (current, receipts) = (model, new DataReceipts(store, model));
                known = await receipts.ListAsync(settledBefore, cancellationToken);
                definition = (await store.GetPropertiesAsync(BlobPaths.Definition(model), cancellationToken))?.ETag;
            }

            if (known.Contains(receipts.Name(file, blob.ETag))) continue;
            if (definition is not null && known.Contains(receipts.Name(file, blob.ETag, definition))) continue;
            missed.Add(new RetrainRequest(model, "a dropped file that no run had taken", file));
            if (missed.Count == MostAtOnce) break;
        }

        return missed;
    }
}
