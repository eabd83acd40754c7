using Serverless.Core.Storage;

namespace Serverless.Local.Tests.Blobs;

/// <summary>
/// A folder that the host does not know to be one, as one in the cloud, and that can be told to fail.
/// </summary>
public sealed class SilentStore(string folder) : BlobStore
{
    private readonly FolderBlobStore _inner = new(folder, TimeProvider.System);

    /// <summary>Asked before each write of a blob, by its name; true fails it.</summary>
    public Func<string, bool> FailsWrite { get; set; } = _ => false;

    public override string Location => _inner.Location;

    public override IAsyncEnumerable<BlobProperties> ListAsync(string prefix, CancellationToken cancellationToken) =>
        _inner.ListAsync(prefix, cancellationToken);

    public override IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        _inner.ListFoldersAsync(folder, cancellationToken);

    public override Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken) =>
        _inner.GetPropertiesAsync(name, cancellationToken);

    public override Task<BlobContent?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        _inner.OpenReadAsync(name, cancellationToken);

    public override Task<byte[]?> ReadRangeAsync(
        string name, long offset, int length, CancellationToken cancellationToken) =>
        _inner.ReadRangeAsync(name, offset, length, cancellationToken);

    public override Task<WriteResult> WriteAsync(
        string name,
        Stream content,
        WriteCondition condition,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken) =>
        FailsWrite(name)
            ? throw new IOException("The disk is full.")
            : _inner.WriteAsync(name, content, condition, metadata, cancellationToken);

    public override Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        _inner.DeleteAsync(name, cancellationToken);

    public override Task<BlobLease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken) =>
        _inner.TryAcquireLeaseAsync(name, cancellationToken);
}
