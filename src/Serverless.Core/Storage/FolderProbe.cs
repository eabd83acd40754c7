namespace Serverless.Core.Storage;

/// <summary>
/// Tries out what <see cref="FolderBlobStore"/> builds on. Some network and foreign file systems take locks without
/// keeping them or round the time of a file, and would break the store's promises without a word.
/// </summary>
internal static class FolderProbe
{
    /// <exception cref="IOException">Names the folder and what its file system cannot do.</exception>
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
