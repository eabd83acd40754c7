using System.IO.Enumeration;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;

namespace Serverless.Local.Hosting.Blobs;

/// <summary>
/// Watches one container of a folder for new and changed files. Events can be lost; when there is a sign of that, it
/// asks for a scan of the folder.
/// </summary>
internal sealed class BlobWatcher : IDisposable
{
    private readonly FolderBlobStore _store;
    private readonly Action<string> _changed;
    private readonly Action _missed;
    private readonly ILogger _logger;
    private readonly FileSystemWatcher _watcher;

    private BlobWatcher(FolderBlobStore store, string folder, Action<string> changed, Action missed, ILogger logger)
    {
        (_store, _changed, _missed, _logger) = (store, changed, missed, logger);
        _watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName
                | NotifyFilters.LastWrite | NotifyFilters.Size,
            InternalBufferSize = 64 * 1024,
        };
        _watcher.Created += (_, e) => Appeared(e.FullPath);
        _watcher.Renamed += (_, e) => Appeared(e.FullPath);
        _watcher.Changed += (_, e) => Changed(e.FullPath);
        _watcher.Error += (_, e) => Failed(e.GetException());
    }

    /// <summary>
    /// Null if the system cannot watch the folder, which is logged: the caller depends on its scans then.
    /// </summary>
    /// <param name="changed">Called with a blob's name, possibly many times for one change.</param>
    /// <param name="missed">Called when changes may have been missed.</param>
    public static BlobWatcher? TryWatch(
        FolderBlobStore store, string container, Action<string> changed, Action missed, TimeSpan rescan, ILogger logger)
    {
        var folder = Path.Combine(store.Root, container);
        BlobWatcher? watcher = null;
        try
        {
            Directory.CreateDirectory(folder);
            watcher = new BlobWatcher(store, folder, changed, missed, logger);
            watcher._watcher.EnableRaisingEvents = true;
            watcher.LogIgnored(folder);
            return watcher;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            watcher?.Dispose();
            logger.CannotWatch(folder, e.Message, rescan.TotalSeconds);
            return null;
        }
    }

    public void Dispose() => _watcher.Dispose();

    private void Appeared(string path)
    {
        if (ReasonToIgnore(path) is { } reason)
        {
            _logger.Ignored(path, reason);
        }
        else if (Directory.Exists(path))
        {
            // Files that were moved with the folder, or were written before it was watched, raise no events.
            LogIgnored(path);
            _missed();
        }
        else
        {
            Changed(path);
        }
    }

    private void Changed(string path)
    {
        if (_store.NameOf(path) is { } name) _changed(name);
    }

    private void Failed(Exception error)
    {
        _logger.WatchFailed(_watcher.Path, error.Message);
        _missed();
    }

    // The store does not list such files: without a message, users would wait for them in vain.
    private void LogIgnored(string folder)
    {
        try
        {
            var entries = new FileSystemEnumerable<string>(
                folder,
                (ref FileSystemEntry e) => e.ToFullPath(),
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            {
                ShouldIncludePredicate = (ref FileSystemEntry e) => !e.IsDirectory || IsLink(ref e),
                ShouldRecursePredicate = (ref FileSystemEntry e) => !IsLink(ref e),
            };
            foreach (var path in entries)
            {
                if (ReasonToIgnore(path) is { } reason) _logger.Ignored(path, reason);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.WatchFailed(folder, e.Message);
        }
    }

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private string? ReasonToIgnore(string path)
    {
        if (new FileInfo(path).LinkTarget is not null) return "it is a link, and links are not followed";
        var name = Path.GetRelativePath(_store.Root, path).Replace(Path.DirectorySeparatorChar, '/');
        return BlobName.BrokenRule(name) is { } rule ? $"a blob's name {rule}" : null;
    }
}
