using Microsoft.Win32.SafeHandles;

namespace Serverless.Core.Storage;

/// <summary>What tells one state of a file from another: its last write, to 100 ns, and its length in bytes.</summary>
internal readonly record struct FileVersion(DateTime Modified, long Length)
{
    public string ETag => $"{Modified.Ticks:x}-{Length}";

    /// <summary>Null where the file has gone.</summary>
    public static FileVersion? Of(FileInfo file)
    {
        // One look at the file serves all three, so that they belong together.
        file.Refresh();
        return file.Exists ? new(file.LastWriteTimeUtc, file.Length) : null;
    }

    public static FileVersion Of(SafeFileHandle file) =>
        new(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));

    public BlobProperties Describe(string name, IReadOnlyDictionary<string, string> metadata) =>
        new(name, Length, ETag, new DateTimeOffset(Modified), metadata);
}
