using Microsoft.Win32.SafeHandles;

namespace Serverless.Core.Storage;

/// <summary>Identifies a state of a file: its last-write time, to 100 ns, and its length in bytes.</summary>
internal readonly record struct FileVersion(DateTime Modified, long Length)
{
    public string ETag => $"{Modified.Ticks:x}-{Length}";

    /// <summary>Null if the file does not exist.</summary>
    public static FileVersion? Of(FileInfo file)
    {
        // One query for all three, so that they are consistent.
        file.Refresh();
        return file.Exists ? new(file.LastWriteTimeUtc, file.Length) : null;
    }

    public static FileVersion Of(SafeFileHandle file) =>
        new(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));

    public BlobProperties Describe(string name, IReadOnlyDictionary<string, string> metadata) =>
        new(name, Length, ETag, new DateTimeOffset(Modified), metadata);
}
