namespace Serverless.Core.Storage;

/// <summary>
/// Tests the properties that <see cref="FolderBlobStore"/> requires. Some network and foreign file systems accept locks
/// without enforcing them, or round file times, and would silently break the store's guarantees.
/// </summary>
internal static class FolderProbe
{
    /// <exception cref="IOException">Names the folder and the missing property of its file system.</exception>
    public static void Require(string folder)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        using var file = FolderLocks.TryOpen(path, FileOptions.DeleteOnClose)!;
        using (var second = FolderLocks.TryOpen(path))
        {
            if (second is not null) throw new IOException($"The file system of {folder} does not keep locks.");
        }

        var odd = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(1_234_567);
        File.SetLastWriteTimeUtc(file.SafeFileHandle, odd);
        if (File.GetLastWriteTimeUtc(file.SafeFileHandle) != odd)
        {
            throw new IOException($"The file system of {folder} does not keep the times of files to 100 ns.");
        }
    }
}
