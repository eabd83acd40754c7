using System.IO.Enumeration;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;

namespace Serverless.Local.Hosting;

/// <summary>
/// Tells at once of files that come or change in one container of a folder. Events can be lost, so everything that
/// hints at that asks for a look through the folder instead.
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
    /// Null where the system refuses to watch, which is logged: looking through from time to time must do.
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
            watcher.TellWhatIsNoBlob(folder);
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
        if (NoBlobBecause(path) is { } reason)
        {
            _logger.NoBlob(path, reason);
        }
        else if (Directory.Exists(path))
        {
            // Files that a folder brought along, or got before it was watched, have no events of their own.
            TellWhatIsNoBlob(path);
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

    // The store does not list them, so that whoever dropped one would wait without a word.
    private void TellWhatIsNoBlob(string folder)
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
                if (NoBlobBecause(path) is { } reason) _logger.NoBlob(path, reason);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.WatchFailed(folder, e.Message);
        }
    }

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private string? NoBlobBecause(string path)
    {
        if (new FileInfo(path).LinkTarget is not null) return "it is a link, and links are not followed";
        var name = Path.GetRelativePath(_store.Root, path).Replace(Path.DirectorySeparatorChar, '/');
        return BlobName.BrokenRule(name) is { } rule ? $"a blob's name {rule}" : null;
    }
}
