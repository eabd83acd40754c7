using System.Buffers;
using System.Buffers.Binary;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>
/// One write of one blob: a small one in a single request, a large one in blocks that are committed together.
/// </summary>
/// <remarks>
/// Each write stores a unique id in the blob's metadata. After a lost answer, the id shows whether the write took
/// effect, so that it is neither repeated nor mistaken for the write of another client.
/// </remarks>
internal sealed class AzureBlobWriter(
    BlobContainerClient container, AzureBlobName name, WriteCondition condition, AzureRetry retry)
{
    /// <summary>Reserved metadata key of the write's id; hidden from readers.</summary>
    public const string IdKey = "serverlesswrite";

    /// <summary>Size of a block, and of the buffer of a write. Azure's limit of 50,000 blocks allows 400 GB.</summary>
    public const int BlockBytes = 8 * 1024 * 1024;

    private readonly BlockBlobClient _blob = container.GetBlockBlobClient(name.Blob);
    private readonly Guid _id = Guid.NewGuid();

    /// <exception cref="IOException">
    /// A concurrent write discarded the blocks of this one, and the content cannot be read again.
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
                // A full buffer means that there may be more; otherwise it holds the whole content.
                var size = Math.Min(buffer.Length, BlockBytes);
                var read = await content.ReadAtLeastAsync(
                    buffer.AsMemory(0, size), size, throwOnEndOfStream: false, cancellationToken);
                if (read < size || read == expected) return await PutAsync(buffer, read, tags, cancellationToken);
                if (await PutBlocksAsync(content, buffer, read, tags, cancellationToken) is { } result) return result;
                if (!content.CanSeek)
                {
                    throw new IOException(
                        $"{name}: a concurrent write discarded the blocks of this one, and its content cannot be read "
                        + "again.");
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
    /// Null if a concurrent write was committed: Azure then discards all other uncommitted blocks.
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

    /// <summary>Sends the request that makes the write visible. Null if its blocks are gone.</summary>
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

                // The HTTP layer may have sent the request twice, too.
                if (await FindOwnAsync(cancellationToken) is { } own) return new(WriteOutcome.Written, own);
                if (unsure)
                {
                    throw new StoreUnavailableException(
                        $"{name}: an answer was lost and another write followed, so it is unknown whether this one "
                        + "took effect.",
                        e);
                }

                return refusal is null ? null : new(refusal.Value, ETag: null);
            }
        },
        cancellationToken);

    /// <summary>The ETag, if the blob has the id of this write; else null.</summary>
    private async Task<string?> FindOwnAsync(CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken);
        return found is not null && found.Metadata.TryGetValue(IdKey, out var id) && id == _id.ToString("N")
            ? AzureConditions.Text(found.ETag)
            : null;
    }

    /// <summary>Checks the condition before an upload, to save a futile one. The commit decides.</summary>
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
    /// Ids have one length, as Azure requires, and are unique to this write, so that no other replaces its blocks.
    /// </summary>
    private string BlockId(int index)
    {
        Span<byte> id = stackalloc byte[16 + sizeof(int)];
        _id.TryWriteBytes(id);
        BinaryPrimitives.WriteInt32BigEndian(id[16..], index);
        return Convert.ToBase64String(id);
    }
}
