namespace Serverless.Core.Storage;

/// <summary>
/// The interface to storage. Names are '/'-separated, ordinal and case-sensitive; the first segment is the container on
/// Azure and a folder on disk. Every implementation passes <c>BlobStoreContract</c>.
/// </summary>
/// <remarks>
/// A read returns the complete old or the complete new content, never a mixture or a part. Failures of the medium (disk
/// full, no permission, network down after retries) are exceptions; expected results (the blob was deleted, another
/// process was first) are return values.
/// </remarks>
public abstract class BlobStore
{
    /// <summary>The store's folder or account address, for messages. Contains no secret.</summary>
    public abstract string Location { get; }

    /// <summary>
    /// Lists blobs whose name starts with <paramref name="prefix"/>, in ordinal order of names. Blobs written or
    /// deleted during the listing may be included or not. Metadata is not included.
    /// </summary>
    public abstract IAsyncEnumerable<BlobProperties> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>
    /// Lists the direct subfolders of a folder that contain any blob, in any order. The cost depends on the number of
    /// subfolders, not of blobs.
    /// </summary>
    /// <param name="folder">With container and trailing '/': <c>models/</c>.</param>
    /// <returns>Names without the parent folder and '/'.</returns>
    public abstract IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Returns properties and metadata; null if the blob does not exist.</summary>
    public abstract Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a blob; null if it does not exist. The content is seekable and optimised for forward reading. The caller
    /// disposes it.
    /// </summary>
    public abstract Task<BlobContent?> OpenReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Reads <paramref name="length"/> bytes at <paramref name="offset"/>, fewer at the blob's end; null if the blob
    /// does not exist.
    /// </summary>
    public abstract Task<byte[]?> ReadRangeAsync(
        string name, long offset, int length, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a whole blob atomically. After <see cref="WriteOutcome.Written"/> the result contains the new ETag, which
    /// differs from all earlier ETags of that name.
    /// </summary>
    /// <param name="metadata">Replaces the blob's metadata. Keys are C# identifiers, values printable ASCII.</param>
    public abstract Task<WriteResult> WriteAsync(
        string name,
        Stream content,
        WriteCondition condition,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken);

    /// <summary>Deletes a blob. False if it did not exist.</summary>
    public abstract Task<bool> DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Acquires the named lease, or returns null at once if another process holds it. It is held until disposed or
    /// until this process ends; after a crash it is free within a minute.
    /// </summary>
    public abstract Task<BlobLease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes bytes from memory; otherwise like the streaming overload.</summary>
    public async Task<WriteResult> WriteAsync(
        string name, ReadOnlyMemory<byte> content, WriteCondition condition, CancellationToken cancellationToken)
    {
        using var stream = new ReadOnlyMemoryStream(content);
        return await WriteAsync(name, stream, condition, metadata: null, cancellationToken);
    }

    /// <summary>Reads a whole small blob with its ETag; null if it does not exist.</summary>
    /// <exception cref="InvalidDataException">The blob is larger than <paramref name="maxBytes"/>.</exception>
    public async Task<(byte[] Bytes, string ETag)?> ReadAllAsync(
        string name, long maxBytes, CancellationToken cancellationToken)
    {
        await using var blob = await OpenReadAsync(name, cancellationToken);
        if (blob is null) return null;
        if (blob.Properties.Length > maxBytes)
        {
            throw new InvalidDataException(
                $"{name} has {blob.Properties.Length} bytes; expected at most {maxBytes}.");
        }

        var bytes = new byte[blob.Properties.Length];
        await blob.Content.ReadExactlyAsync(bytes, cancellationToken);
        return (bytes, blob.Properties.ETag);
    }
}

/// <param name="ETag">Opaque; changes with every write.</param>
public sealed record BlobProperties(
    string Name,
    long Length,
    string ETag,
    DateTimeOffset LastModified,
    IReadOnlyDictionary<string, string> Metadata);

/// <summary>An open blob: its properties as of the moment it was opened, and exactly that content.</summary>
public sealed class BlobContent(BlobProperties properties, Stream content) : IAsyncDisposable
{
    public BlobProperties Properties { get; } = properties;

    public Stream Content { get; } = content;

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}

/// <summary>A condition under which a blob is written.</summary>
public readonly record struct WriteCondition
{
    private WriteCondition(bool ifAbsent, string? ifMatch) => (IfAbsent, ETag) = (ifAbsent, ifMatch);

    public static WriteCondition Always => default;

    /// <summary>Write only if no blob of that name exists (If-None-Match: *).</summary>
    public static WriteCondition OnlyIfAbsent => new(ifAbsent: true, ifMatch: null);

    /// <summary>Write only over a blob with this ETag (If-Match).</summary>
    public static WriteCondition OnlyIfMatches(string etag) => new(ifAbsent: false, etag);

    public bool IfAbsent { get; }

    public string? ETag { get; }
}

public enum WriteOutcome
{
    Written,

    /// <summary>The condition was that no blob exists, but one does.</summary>
    AlreadyExists,

    /// <summary>The blob has another ETag than in the condition, or was deleted.</summary>
    Changed,
}

/// <param name="ETag">ETag of the written blob; null if nothing was written.</param>
public readonly record struct WriteResult(WriteOutcome Outcome, string? ETag)
{
    public bool Written => Outcome == WriteOutcome.Written;
}

/// <summary>A lease held by this process. Disposal releases it.</summary>
public abstract class BlobLease : IAsyncDisposable
{
    /// <summary>Cancelled if the lease is lost before it is released: stop writing at once.</summary>
    public abstract CancellationToken Lost { get; }

    public abstract ValueTask DisposeAsync();
}
