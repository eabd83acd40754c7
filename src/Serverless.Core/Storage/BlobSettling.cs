namespace Serverless.Core.Storage;

/// <summary>
/// Tells when a file is whole: a tool that copies in place writes it piece by piece, without a sign at the end.
/// </summary>
public static class BlobSettling
{
    /// <summary>Long enough for the pauses of a copy on a busy machine, short enough for a person who waits.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(250);

    /// <summary>The blob's ETag once it has not changed for <paramref name="settle"/>; null where it is gone.</summary>
    public static async Task<string?> WaitAsync(
        BlobStore store, string name, TimeSpan settle, TimeProvider clock, CancellationToken stop)
    {
        var seen = await store.GetPropertiesAsync(name, stop);
        while (seen is not null)
        {
            // An empty file is most likely one that was created just now: its content may take longer to come than its
            // parts.
            var quiet = seen.Length == 0 ? settle * 8 : settle;
            var age = clock.GetUtcNow() - seen.LastModified;
            if (age >= quiet) return seen.ETag;

            // A clock that goes wrong, or a copied time of writing, may say that it was written in the future.
            // In real time, whatever the clock: somebody outside this process is copying.
            await Task.Delay(age < TimeSpan.Zero ? quiet : quiet - age, stop);
            var now = await store.GetPropertiesAsync(name, stop);
            if (now?.ETag == seen.ETag) return seen.ETag;
            seen = now;
        }

        return null;
    }
}
