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

    /// <summary>Called with a blob's name before it is deleted.</summary>
    public Func<string, Task>? Deleting { get; set; }

    /// <summary>Names of the blobs that were opened, in order.</summary>
    public ConcurrentQueue<string> Opened { get; } = new();

    /// <summary>Bytes that were read of each blob, however often.</summary>
    public ConcurrentDictionary<string, long> BytesRead { get; } = new();

    public override string Location => inner.Location;

    /// <summary>
    /// Every write of a blob whose name has this in it fails, as if the process had been killed there.
    /// </summary>
    public void FailToWrite(string part) => Writing = name =>
        name.Contains(part, StringComparison.Ordinal)
            ? throw new IOException($"The process ended before {name}.")
            : Task.CompletedTask;

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
        return await inner.OpenReadAsync(name, cancellationToken) is { } blob
            ? new BlobContent(blob.Properties, new CountedStream(blob.Content, read => Count(name, read)))
            : null;
    }

    public override async Task<byte[]?> ReadRangeAsync(
        string name, long offset, int length, CancellationToken cancellationToken)
    {
        var bytes = await inner.ReadRangeAsync(name, offset, length, cancellationToken);
        Count(name, bytes?.Length ?? 0);
        return bytes;
    }

    public override async Task<WriteResult> WriteAsync(
        string name,
        Stream content,
        WriteCondition condition,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        if (Writing is not null) await Writing(name);
        return await inner.WriteAsync(name, content, condition, metadata, cancellationToken);
    }

    public override async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (Deleting is not null) await Deleting(name);
        return await inner.DeleteAsync(name, cancellationToken);
    }

    public override Task<BlobLease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken) =>
        inner.TryAcquireLeaseAsync(name, cancellationToken);

    private void Count(string name, int read) => BytesRead.AddOrUpdate(name, read, (_, before) => before + read);

    private sealed class CountedStream(Stream inner, Action<int> count) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => inner.CanSeek;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            count(read);
            return read;
        }

        public override Task<int> ReadAsync(
            byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
                ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("Blobs are read asynchronously.");

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
