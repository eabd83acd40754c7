namespace Serverless.Core.Storage;

/// <summary>
/// Maps blob names to files in a folder, and decides which files are blobs. Links are never followed.
/// </summary>
internal sealed class FolderLayout
{
    public FolderLayout(string root)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        Locks = OwnFolder("locks");
        Leases = OwnFolder("leases");
        Metadata = OwnFolder("meta");
        Temporary = OwnFolder("tmp");
    }

    public string Root { get; }

    public string Locks { get; }

    public string Leases { get; }

    public string Metadata { get; }

    public string Temporary { get; }

    public string PathOf(string name) => Path.Combine(Root, name.Replace('/', Path.DirectorySeparatorChar));

    public string? NameOf(string fullPath)
    {
        // Path.Join adds no second separator to the root of a file system.
        var start = Path.Join(Root, Path.DirectorySeparatorChar.ToString());
        var path = Path.GetFullPath(fullPath);
        if (!path.StartsWith(start, StringComparison.Ordinal)) return null;
        var name = path[start.Length..].Replace(Path.DirectorySeparatorChar, '/');
        return BlobName.IsValid(name) ? name : null;
    }

    /// <summary>What prevents the name from being a plain file below the root; null if nothing does.</summary>
    public string? Obstacle(string name)
    {
        for (var end = name.IndexOf('/'); ; end = name.IndexOf('/', end + 1))
        {
            var part = end < 0 ? name : name[..end];
            var info = new FileInfo(PathOf(part));
            if (IsLink(info)) return $"'{part}' is a link, and links are not followed";
            if (end < 0) return Directory.Exists(info.FullName) ? $"'{part}' is a folder" : null;
            if (info.Exists) return $"'{part}' is a file, and so cannot hold others";
        }
    }

    /// <summary>
    /// Lists the blobs whose name begins with the prefix, in ordinal order. Holds one folder's entries per level in
    /// memory. Skips files deleted meanwhile.
    /// </summary>
    public IEnumerable<(string Name, FileInfo File)> Files(string prefix)
    {
        return Walk("", new DirectoryInfo(Root), prefix);
    }

    private static IEnumerable<(string Name, FileInfo File)> Walk(string start, DirectoryInfo folder, string prefix)
    {
        var pending = new Stack<Entry>([new(start, folder)]);
        while (pending.TryPop(out var next))
        {
            if (next.Info is FileInfo file)
            {
                yield return (next.Name, file);
                continue;
            }

            // A folder sorts by its name and '/', as its blobs do: 'a-b' before 'a/b' before 'ab'.
            var children = EntriesOf((DirectoryInfo)next.Info)
                .Select(info => new Entry(next.Name + info.Name + (info is DirectoryInfo ? "/" : ""), info))
                .Where(child => LeadsTo(prefix, child.Name))
                .Where(child => BlobName.IsValid(child.Name.TrimEnd('/')) && !IsLink(child.Info))
                .OrderByDescending(child => child.Name, StringComparer.Ordinal);
            foreach (var child in children) pending.Push(child);
        }
    }

    /// <summary>Lists the direct subfolders that contain any blob at any depth.</summary>
    public IEnumerable<string> Folders(string folder)
    {
        // Links on the way to the folder are not followed either.
        if (Obstacle(folder + "blob") is not null) return [];
        return EntriesOf(new DirectoryInfo(PathOf(folder)))
            .OfType<DirectoryInfo>()
            .Where(child => BlobName.IsValid(folder + child.Name)
                && !IsLink(child)
                && Walk($"{folder}{child.Name}/", child, "").Any())
            .Select(child => child.Name);
    }

    /// <summary>Whether a name has the prefix, or is a folder ("a/") on the way to it.</summary>
    private static bool LeadsTo(string prefix, string name) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        || (name[^1] == '/' && prefix.StartsWith(name, StringComparison.Ordinal));

    private static FileSystemInfo[] EntriesOf(DirectoryInfo folder)
    {
        try
        {
            return folder.GetFileSystemInfos();
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static bool IsLink(FileSystemInfo info) => info.LinkTarget is not null;

    // A class: LINQ over custom structs would be JIT-compiled at every start.
    private sealed record Entry(string Name, FileSystemInfo Info);

    private string OwnFolder(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, BlobName.ReservedPrefix, name));
        if (IsLink(folder) || IsLink(folder.Parent!))
        {
            throw new IOException($"{folder.FullName} must be a real folder, and is reached through a link.");
        }

        return folder.FullName;
    }
}
