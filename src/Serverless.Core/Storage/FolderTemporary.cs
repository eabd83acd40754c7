namespace Serverless.Core.Storage;

/// <summary>Files on their way to becoming blobs. Their writer keeps them open until they are renamed.</summary>
internal sealed class FolderTemporary(string folder)
{
    // Younger files are let be: their writer may have made them and not yet locked them.
    private static readonly TimeSpan LeftoverAfter = TimeSpan.FromMinutes(10);

    public FileStream Create() => new(
        Path.Combine(folder, Guid.NewGuid().ToString("N")),
        FileMode.CreateNew,
        FileAccess.Write,
        FileShare.Read | FileShare.Delete,
        bufferSize: 0,
        FileOptions.Asynchronous);

    /// <summary>Removes what killed processes left. A file that can be locked has no writer any more.</summary>
    public void Sweep(DateTimeOffset now)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (file.LastWriteTimeUtc >= (now - LeftoverAfter).UtcDateTime) continue;
            FolderLocks.TryOpen(file.FullName, FileOptions.DeleteOnClose)?.Dispose();
        }
    }
}
