using System.Collections.Concurrent;
using Serverless.Core.Storage;

namespace Serverless.Tests;

/// <summary>A real store that lets a test do something, or fail, just before a blob is read or written.</summary>
internal sealed class WatchedStore(BlobStore inner) : BlobStore
{
    /// <summary>Called with a blob's name before it is written.</summary>
    public Func<string, Task>? Writing { get; set; }

    /// <summary>Called with a blob's name before it is opened.</summary>
    public Func<string, Task>? Opening { get; set; }

    /// <summary>Names of the blobs that were opened, in order.</summary>
    public ConcurrentQueue<string> Opened { get; } = new();

    public override string Location => inner.Location;

    /// <summary>Every write of a blob whose name has this in it fails, as if the process had been killed there.</summary>
    public void FailToWrite(string part) => Writing = name =>
        name.Contains(part, StringComparison.Ordinal) ? throw new IOException($"The process ended before {name}.") : Task.CompletedTask;

    public override IAsyncEnumerable<BlobProperties> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public override IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        inner.ListFoldersAsync(folder, cancellationToken);

    public override Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken) =>
        inner.GetPropertiesAsync(name, cancellationToken);

    public override async Task<BlobContent?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        if (Opening is not null) await Opening(name);
        Opened.Enqueue(name);
        return await inner.OpenReadAsync(name, cancellationToken);
    }

    public override Task<byte[]?> ReadRangeAsync(string name, long offset, int length, CancellationToken cancellationToken) =>
        inner.ReadRangeAsync(name, offset, length, cancellationToken);

    public override async Task<WriteResult> WriteAsync(
        string name, Stream content, WriteCondition condition, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        if (Writing is not null) await Writing(name);
        return await inner.WriteAsync(name, content, condition, metadata, cancellationToken);
    }

    public override Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) => inner.DeleteAsync(name, cancellationToken);

    public override Task<BlobLease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken) =>
        inner.TryAcquireLeaseAsync(name, cancellationToken);
}
