namespace Serverless.Core.Storage;

/// <summary>
/// The one seam to storage. Names are '/'-separated, ordinal and case-sensitive; the first segment is the container
/// on Azure and a folder on disk. Every implementation passes <c>BlobStoreContract</c>.
/// </summary>
/// <remarks>
/// A read sees either the whole old content or the whole new content, never a mixture and never a half-written
/// blob. Failures of the medium (disk full, no permission, network down after retries) are exceptions; what a
/// caller can expect (the blob is gone, somebody else was first) is a return value.
/// </remarks>
public abstract class BlobStore
{
    /// <summary>Where this store is, for people: a folder or an account's address. Never holds a secret.</summary>
    public abstract string Location { get; }

    /// <summary>
    /// Lists blobs whose name starts with <paramref name="prefix"/>, in ordinal order of their names.
    /// Blobs that come or go during the listing may or may not be seen. Metadata is not filled in.
    /// </summary>
    public abstract IAsyncEnumerable<BlobProperties> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>
    /// The folders right under a folder that hold any blob, once each, in any order. Costs what there are of them, and
    /// not what there is of blobs in them.
    /// </summary>
    /// <param name="folder">With the container and '/' at its end: <c>models/</c>.</param>
    /// <returns>Names without the folder and without '/'.</returns>
    public abstract IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Properties and metadata, or null where there is no such blob.</summary>
    public abstract Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a blob, or null where there is none. Its content can seek, and is read forward. The caller disposes it.
    /// </summary>
    public abstract Task<BlobContent?> OpenReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Reads bytes <paramref name="offset"/> to <paramref name="offset"/> + <paramref name="length"/>, fewer where
    /// the blob ends before; null where there is no such blob.
    /// </summary>
    public abstract Task<byte[]?> ReadRangeAsync(
        string name, long offset, int length, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a whole blob atomically. On <see cref="WriteOutcome.Written"/> the result carries the new ETag,
    /// which differs from every earlier ETag of that name.
    /// </summary>
    /// <param name="metadata">Replaces the blob's metadata. Keys are C# identifiers, values printable ASCII.</param>
    public abstract Task<WriteResult> WriteAsync(
        string name,
        Stream content,
        WriteCondition condition,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken);

    /// <summary>Deletes a blob. False where there was none.</summary>
    public abstract Task<bool> DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the named lease, or returns null at once where somebody else holds it. It is kept until it is
    /// disposed or this process ends; after a crash it is free again within a minute.
    /// </summary>
    public abstract Task<BlobLease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes bytes that are already in memory; otherwise like the streaming overload.</summary>
    public async Task<WriteResult> WriteAsync(
        string name, ReadOnlyMemory<byte> content, WriteCondition condition, CancellationToken cancellationToken)
    {
        using var stream = new ReadOnlyMemoryStream(content);
        return await WriteAsync(name, stream, condition, metadata: null, cancellationToken);
    }

    /// <summary>Reads a whole small blob with its ETag, or null where there is none.</summary>
    /// <exception cref="InvalidDataException">The blob is larger than <paramref name="maximumBytes"/>.</exception>
    public async Task<(byte[] Bytes, string ETag)?> ReadAllAsync(
        string name, long maximumBytes, CancellationToken cancellationToken)
    {
        await using var blob = await OpenReadAsync(name, cancellationToken);
        if (blob is null) return null;
        if (blob.Properties.Length > maximumBytes)
        {
            throw new InvalidDataException(
                $"{name} has {blob.Properties.Length} bytes; expected at most {maximumBytes}.");
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

/// <summary>What must hold for a write to happen.</summary>
public readonly record struct WriteCondition
{
    private WriteCondition(bool ifAbsent, string? ifMatch) => (IfAbsent, ETag) = (ifAbsent, ifMatch);

    public static WriteCondition Always => default;

    /// <summary>Write only where no blob of that name exists (If-None-Match: *).</summary>
    public static WriteCondition OnlyIfAbsent => new(ifAbsent: true, ifMatch: null);

    /// <summary>Write only over the blob that has this ETag (If-Match).</summary>
    public static WriteCondition OnlyIfMatches(string etag) => new(ifAbsent: false, etag);

    public bool IfAbsent { get; }

    public string? ETag { get; }
}

public enum WriteOutcome
{
    Written,

    /// <summary>The write asked for no blob, and there was one.</summary>
    AlreadyExists,

    /// <summary>The write asked for an ETag, and the blob has another one or is gone.</summary>
    Changed,
}

/// <param name="ETag">Of the blob just written; null where nothing was written.</param>
public readonly record struct WriteResult(WriteOutcome Outcome, string? ETag)
{
    public bool Written => Outcome == WriteOutcome.Written;
}

/// <summary>A lease held by this process. Dispose it to give it back.</summary>
public abstract class BlobLease : IAsyncDisposable
{
    /// <summary>Cancelled when the lease was lost although it was not given back: stop writing at once.</summary>
    public abstract CancellationToken Lost { get; }

    public abstract ValueTask DisposeAsync();
}
