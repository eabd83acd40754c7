namespace Serverless.Core.Storage;

/// <summary>
/// Waits until a file is complete: tools that copy in place write piecewise, without marking the end.
/// </summary>
public static class BlobSettling
{
    /// <summary>Longer than the pauses of a copy on a busy machine, and acceptable for a waiting user.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Returns the blob's ETag once it has not changed for <paramref name="settle"/>; null if it was deleted.
    /// </summary>
    public static async Task<string?> WaitAsync(
        BlobStore store, string name, TimeSpan settle, TimeProvider clock, CancellationToken stop)
    {
        var seen = await store.GetPropertiesAsync(name, stop);
        while (seen is not null)
        {
            // An empty file was probably just created, and its first bytes may take longer than later ones.
            var quiet = seen.Length == 0 ? settle * 8 : settle;
            var age = clock.GetUtcNow() - seen.LastModified;
            if (age >= quiet) return seen.ETag;

            // A wrong clock or a copied timestamp may date the write in the future. Waits in real time, not by the
            // injected clock, since another process does the copying.
            await Task.Delay(age < TimeSpan.Zero ? quiet : quiet - age, stop);
            var now = await store.GetPropertiesAsync(name, stop);
            if (now?.ETag == seen.ETag) return seen.ETag;
            seen = now;
        }

        return null;
    }
}
