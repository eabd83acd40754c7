using System.Buffers;
using System.Buffers.Binary;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>
/// One write of one blob: in one request where it is small, in blocks that are committed together where not.
/// </summary>
/// <remarks>
/// Every write carries an id of its own in the blob's metadata. So a write whose answer was lost is known by what it
/// left, and is neither done twice nor taken for somebody else's.
/// </remarks>
internal sealed class AzureBlobWriter(
    BlobContainerClient container, AzureBlobName name, WriteCondition condition, AzureRetry retry)
{
    /// <summary>The metadata key of the write's id. Reserved; readers never see it.</summary>
    public const string IdKey = "serverlesswrite";

    /// <summary>Bytes in memory for each write that runs. 50,000 blocks, Azure's most, make 400 GB.</summary>
    public const int BlockBytes = 8 * 1024 * 1024;

    private readonly BlockBlobClient _blob = container.GetBlockBlobClient(name.Blob);
    private readonly Guid _id = Guid.NewGuid();

    /// <exception cref="IOException">
    /// Another write of this blob got in between so that this one would have to begin again, and its source cannot.
    /// </exception>
    public async Task<WriteResult> WriteAsync(
        Stream content, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        var tags = new Dictionary<string, string>(metadata ?? BlobMetadata.Empty) { [IdKey] = _id.ToString("N") };
        var start = content.CanSeek ? content.Position : 0;
        var expected = content.CanSeek ? content.Length - start : long.MaxValue;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(expected, 1, BlockBytes));
        try
        {
            while (true)
            {
                // Where the buffer is full there may be more; what fits into it with room to spare is all there is.
                var size = Math.Min(buffer.Length, BlockBytes);
                var read = await content.ReadAtLeastAsync(
                    buffer.AsMemory(0, size), size, throwOnEndOfStream: false, cancellationToken);
                if (read < size || read == expected) return await PutAsync(buffer, read, tags, cancellationToken);
                if (await PutBlocksAsync(content, buffer, read, tags, cancellationToken) is { } result) return result;
                if (!content.CanSeek)
                {
                    throw new IOException($"{name}: another write discarded the blocks of this one, and its source "
                        + "cannot be read again.");
                }

                content.Position = start;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<WriteResult> PutAsync(
        byte[] buffer, int length, Dictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { Metadata = tags, Conditions = AzureConditions.Of(condition) };
        var result = await CommitAsync(
            async () =>
            {
                using var content = new MemoryStream(buffer, 0, length, writable: false);
                return await _blob.UploadAsync(content, options, cancellationToken);
            },
            cancellationToken);
        return result!.Value;
    }

    /// <summary>
    /// Null where another write of this blob was committed meanwhile: Azure then discards all other blocks.
    /// </summary>
    private async Task<WriteResult?> PutBlocksAsync(
        Stream content, byte[] buffer, int read, Dictionary<string, string> tags, CancellationToken cancellationToken)
    {
        if (await FindRefusalAsync(cancellationToken) is { } early) return new(early, ETag: null);
        var blocks = new List<string>();
        for (; read > 0; read = await content.ReadAtLeastAsync(
            buffer.AsMemory(0, BlockBytes), BlockBytes, throwOnEndOfStream: false, cancellationToken))
        {
            blocks.Add(BlockId(blocks.Count));
            await StageAsync(blocks[^1], buffer, read, cancellationToken);
        }

        var options = new CommitBlockListOptions { Metadata = tags, Conditions = AzureConditions.Of(condition) };
        return await CommitAsync(
            () => _blob.CommitBlockListAsync(blocks, options, cancellationToken), cancellationToken);
    }

    private Task<Response<BlockInfo>> StageAsync(
        string block, byte[] buffer, int length, CancellationToken cancellationToken) => retry.RunAsync(
        name.ToString(),
        _ => AzureContainers.WithAsync(
            container,
            async () =>
            {
                using var content = new MemoryStream(buffer, 0, length, writable: false);
                return await _blob.StageBlockAsync(block, content, options: null, cancellationToken);
            },
            cancellationToken),
        cancellationToken);

    /// <summary>Sends the one request that makes the write visible. Null where its blocks are gone.</summary>
    private Task<WriteResult?> CommitAsync(
        Func<Task<Response<BlobContentInfo>>> send,
        CancellationToken cancellationToken) => retry.RunAsync<WriteResult?>(
        name.ToString(),
        async unsure =>
        {
            if (unsure && await FindOwnAsync(cancellationToken) is { } etag) return new(WriteOutcome.Written, etag);
            try
            {
                var sent = condition.ETag is null
                    ? await AzureContainers.WithAsync(container, send, cancellationToken)
                    : await send();
                return new(WriteOutcome.Written, AzureConditions.Text(sent.Value.ETag));
            }
            catch (RequestFailedException e)
            {
                var refusal = AzureConditions.Refusal(e, condition);
                if (refusal is null && !e.Says(BlobErrorCode.InvalidBlockList)) throw;

                // The connection's own layer, too, may have sent the request twice.
                if (await FindOwnAsync(cancellationToken) is { } own) return new(WriteOutcome.Written, own);
                if (unsure)
                {
                    throw new StoreUnavailableException(
                        $"{name}: an answer was lost, and another write came after; whether this one was done is "
                        + "not known.",
                        e);
                }

                return refusal is null ? null : new(refusal.Value, ETag: null);
            }
        },
        cancellationToken);

    /// <summary>The ETag of what this very write left, or null.</summary>
    private async Task<string?> FindOwnAsync(CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken);
        return found is not null && found.Metadata.TryGetValue(IdKey, out var id) && id == _id.ToString("N")
            ? AzureConditions.Text(found.ETag)
            : null;
    }

    /// <summary>Spares uploading what could not be committed now; whether it can be is decided by the commit.</summary>
    private async Task<WriteOutcome?> FindRefusalAsync(CancellationToken cancellationToken)
    {
        if (condition == WriteCondition.Always) return null;
        var found = await retry.RunAsync(name.ToString(), _ => FindAsync(cancellationToken), cancellationToken);
        if (condition.IfAbsent) return found is null ? null : WriteOutcome.AlreadyExists;
        return found is not null && AzureConditions.Text(found.ETag) == condition.ETag ? null : WriteOutcome.Changed;
    }

    private async Task<global::Azure.Storage.Blobs.Models.BlobProperties?> FindAsync(
        CancellationToken cancellationToken)
    {
        try
        {
            return await _blob.GetPropertiesAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>
    /// Of one length within a blob, as Azure asks, and of no other write, which could replace the block.
    /// </summary>
    private string BlockId(int index)
    {
        Span<byte> id = stackalloc byte[16 + sizeof(int)];
        _id.TryWriteBytes(id);
        BinaryPrimitives.WriteInt32BigEndian(id[16..], index);
        return Convert.ToBase64String(id);
    }
}
