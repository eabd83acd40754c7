namespace Serverless.Core.Storage;

/// <summary>Incomplete blobs. The writer keeps the file open until it is renamed.</summary>
internal sealed class FolderTemporary(string folder)
{
    // Skips younger files: their writer may have created them and not yet locked them.
    private static readonly TimeSpan LeftoverAfter = TimeSpan.FromMinutes(10);

    public FileStream Create() => new(
        Path.Combine(folder, Guid.NewGuid().ToString("N")),
        FileMode.CreateNew,
        FileAccess.Write,
        FileShare.Read | FileShare.Delete,
        bufferSize: 0,
        FileOptions.Asynchronous);

    /// <summary>Deletes files left by killed processes: a file that can be locked has no writer.</summary>
    public void Sweep(DateTimeOffset now)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (file.LastWriteTimeUtc >= (now - LeftoverAfter).UtcDateTime) continue;
            FolderLocks.TryOpen(file.FullName, FileOptions.DeleteOnClose)?.Dispose();
        }
    }
}
