using Serverless.Core.Storage;

namespace Serverless.Core.Removal;

/// <summary>Where a model's blobs are.</summary>
internal static class ModelBlobs
{
    /// <summary>
    /// Prefixes of everything but the data: aliases and definition first, so that no instance answers with the model
    /// while the rest goes; monitoring last.
    /// </summary>
    public static IReadOnlyList<string> Of(string model)
    {
        string[] usual = [.. ContainerNames.All.Where(c => c is not (ContainerNames.Datasets or ContainerNames.Models
            or ContainerNames.Batch or ContainerNames.Monitoring)).Select(c => $"{c}/{model}/")];
        return
        [
            BlobPaths.Aliases(model), BlobPaths.Definition(model), BlobPaths.ModelOf(model), .. usual,
            BlobPaths.BatchInput(model, ""), $"{BlobPaths.BatchOutputs}{model}/", $"{BlobPaths.BatchLeftovers}{model}/",
            BlobPaths.MonitoringOf(model),
        ];
    }

    /// <summary>Deletes the blobs below a prefix.</summary>
    /// <param name="isKept">Whether a blob stays.</param>
    /// <returns>What was deleted by this call: number and bytes.</returns>
    public static async Task<(int Blobs, long Bytes)> DeleteAsync(
        BlobStore store, string prefix, Predicate<BlobProperties> isKept, CancellationToken cancellationToken)
    {
        var found = new List<BlobProperties>();
        await foreach (var blob in store.ListAsync(prefix, cancellationToken))
        {
            if (!isKept(blob)) found.Add(blob);
        }

        var (blobs, bytes) = (0, 0L);
        foreach (var blob in found)
        {
            if (!await store.DeleteAsync(blob.Name, cancellationToken)) continue;
            blobs++;
            bytes += blob.Length;
        }

        return (blobs, bytes);
    }
}
