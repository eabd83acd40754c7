namespace Serverless.Core.Storage;

/// <summary>
/// Stores blobs as plain files: <c>root/name</c>. Users may inspect, copy in and delete files with any tool. Safe for
/// any number of threads, stores and processes on one folder, and crash-safe.
/// </summary>
/// <remarks>
/// <para>The store's own files are in <c>root/.store</c>, which contains no blobs: <c>tmp</c> (incomplete blobs),
/// <c>meta</c> (metadata), <c>locks</c> and <c>leases</c>.</para> <para>The ETag is the file's last-write time and
/// length, and every write advances that time. Files copied in by users have ETags too, but bypass the locks: a tool
/// that writes in place is visible while it writes.</para> <para>The folder must be on one local file system. If that
/// ignores case, so does this store. Windows does not replace open files: there, a write over a blob being read throws
/// <see cref="UnauthorizedAccessException"/> and changes nothing.</para>
/// </remarks>
public sealed class FolderBlobStore : BlobStore
{
    private readonly TimeProvider _clock;
    private readonly FolderLayout _layout;
    private readonly FolderLocks _locks;
    private readonly FolderMetadata _metadata;
    private readonly FolderTemporary _temporary;

    /// <param name="root">The folder; created if missing.</param>
    /// <exception cref="IOException">The file system lacks a required property.</exception>
    public FolderBlobStore(string root, TimeProvider clock)
    {
        _clock = clock;
        _layout = new FolderLayout(root);
        _locks = new FolderLocks(_layout.Locks);
        _metadata = new FolderMetadata(_layout.Metadata);
        _temporary = new FolderTemporary(_layout.Temporary);
        FolderProbe.Require(_layout.Temporary);
        _temporary.Sweep(_clock.GetUtcNow());
    }

    /// <summary>The folder's full path, without trailing separator.</summary>
    public string Root => _layout.Root;

    public override string Location => Root;

    /// <summary>The name of the blob at a path, existing or not; null if it cannot be a blob.</summary>
    public string? NameOf(string fullPath) => _layout.NameOf(fullPath);

    public override IAsyncEnumerable<BlobProperties> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return Streamed(List());

        IEnumerable<BlobProperties> List()
        {
            foreach (var (name, file) in _layout.Files(prefix))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (FileVersion.Of(file) is { } version) yield return version.Describe(name, BlobMetadata.Empty);
            }
        }
    }

    public override IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken)
    {
        BlobName.RequireFolder(folder);
        return Streamed(_layout.Folders(folder));
    }

    public override async Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken)
    {
        BlobName.Require(name);
        while (Find(name) is { } version)
        {
            if (await DescribeAsync(name, version, cancellationToken) is { } properties) return properties;
        }

        return null;
    }

    public override async Task<BlobContent?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        BlobName.Require(name);
        while (TryOpen(name) is { } file)
        {
            try
            {
                // Read from the open file: its path may point to the next version by now.
                var version = FileVersion.Of(file.SafeFileHandle);
                var properties = await DescribeAsync(name, version, cancellationToken);
                if (properties is not null) return new(properties, file);
            }
            catch
            {
                await file.DisposeAsync();
                throw;
            }

            await file.DisposeAsync();
        }

        return null;
    }

    public override async Task<byte[]?> ReadRangeAsync(
        string name, long offset, int length, CancellationToken cancellationToken)
    {
        BlobName.Require(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        await using var file = TryOpen(name);
        if (file is null) return null;
        var bytes = new byte[Math.Clamp(file.Length - offset, 0, length)];
        file.Position = offset;
        var read = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <exception cref="IOException">The name is a folder, leads through a file, or contains a link.</exception>
    public override async Task<WriteResult> WriteAsync(
        string name,
        Stream content,
        WriteCondition condition,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        BlobName.Require(name);
        BlobMetadata.Require(metadata);

        // Avoids copying content that cannot be written now; the decision is made under the lock.
        if (Refusal(name, condition) is { } refused) return new(refused, ETag: null);

        await using var file = _temporary.Create();
        try
        {
            await content.CopyToAsync(file, cancellationToken);
            RandomAccess.FlushToDisk(file.SafeFileHandle);

            using var stripe = await _locks.AcquireAsync(name, cancellationToken);
            if (Refusal(name, condition) is { } late) return new(late, ETag: null);

            var next = stripe.NextTime(_clock.GetUtcNow());
            if (Find(name) is { } current && current.Modified >= next) next = current.Modified.AddTicks(1);
            File.SetLastWriteTimeUtc(file.SafeFileHandle, next);
            var etag = FileVersion.Of(file.SafeFileHandle).ETag;

            // Written before the rename, so that no blob is ever seen without its metadata; the old version's is
            // removed after it.
            await _metadata.WriteAsync(name, etag, metadata, cancellationToken);
            var path = _layout.PathOf(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(file.Name, path, overwrite: true);
            _metadata.RemoveAllBut(etag, name);
            return new(WriteOutcome.Written, etag);
        }
        finally
        {
            // Does nothing after the rename.
            File.Delete(file.Name);
        }
    }

    public override async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        BlobName.Require(name);
        using var stripe = await _locks.AcquireAsync(name, cancellationToken);
        if (Find(name) is null) return false;
        File.Delete(_layout.PathOf(name));
        _metadata.RemoveAllBut(etag: null, name);
        return true;
    }

    public override Task<BlobLease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken)
    {
        BlobName.Require(name);

        // One folder per name, so that both 'a' and 'a/b' can be leased; the file's name cannot be a blob segment.
        var folder = Directory.CreateDirectory(Path.Combine(_layout.Leases, name));
        var file = FolderLocks.TryOpen(Path.Combine(folder.FullName, BlobName.ReservedPrefix));
        return Task.FromResult<BlobLease?>(file is null ? null : new FolderLease(file));
    }

    // Runs synchronously, since folder listings have no asynchronous API.
    private static async IAsyncEnumerable<T> Streamed<T>(IEnumerable<T> items)
    {
        await Task.CompletedTask;
        foreach (var item in items) yield return item;
    }

    private FileVersion? Find(string name) =>
        _layout.Obstacle(name) is null ? FileVersion.Of(new FileInfo(_layout.PathOf(name))) : null;

    private FileStream? TryOpen(string name)
    {
        if (Find(name) is null) return null;
        try
        {
            return new FileStream(
                _layout.PathOf(name),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// Null if there is a newer version: its writer may have removed this version's metadata just before it was read,
    /// and a blob with metadata must not seem to have none.
    /// </summary>
    private async Task<BlobProperties?> DescribeAsync(
        string name, FileVersion version, CancellationToken cancellationToken)
    {
        var metadata = await _metadata.ReadAsync(name, version.ETag, cancellationToken);
        if (metadata is null && Find(name) != version) return null;
        return version.Describe(name, metadata ?? BlobMetadata.Empty);
    }

    private WriteOutcome? Refusal(string name, WriteCondition condition)
    {
        if (_layout.Obstacle(name) is { } obstacle)
        {
            throw new IOException($"Blob '{name}' cannot be written: {obstacle}.");
        }

        var current = Find(name);
        if (condition.IfAbsent && current is not null) return WriteOutcome.AlreadyExists;
        if (condition.ETag is { } etag && current?.ETag != etag) return WriteOutcome.Changed;
        return null;
    }
}
