using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Core.Batch;

/// <summary>
/// Stores a file's checkpoint and the parts of its output. Blob stores cannot append, so an output is written in parts
/// of some megabytes and joined at the end.
/// </summary>
internal sealed class BatchParts(BlobStore store, string model, string file)
{
    private const int MaxCheckpointBytes = 1 << 20;

    private readonly string _prefix = BlobPaths.BatchParts(model, Hash(file));
    private string? _eTag;

    /// <summary>
    /// One of 256 leases per model: lease blobs are never deleted, so their number must not grow with the files.
    /// </summary>
    public string Lease => BlobPaths.BatchParts(model, $"{Hash(file)[..2]}.lease").TrimEnd('/');

    public async Task<BatchCheckpoint?> FindAsync(CancellationToken cancellationToken)
    {
        _eTag = null;
        if (await store.ReadAllAsync(Checkpoint, MaxCheckpointBytes, cancellationToken) is not var (bytes, eTag))
        {
            return null;
        }

        _eTag = eTag;
        return JsonSerializer.Deserialize(bytes, BatchJson.Readable.BatchCheckpoint);
    }

    /// <exception cref="StoreUnavailableException">The lease was lost and another process holds the file.</exception>
    public async Task SaveAsync(BatchCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(checkpoint, BatchJson.Readable.BatchCheckpoint);
        var condition = _eTag is null ? WriteCondition.OnlyIfAbsent : WriteCondition.OnlyIfMatches(_eTag);
        var result = await store.WriteAsync(Checkpoint, json, condition, cancellationToken);
        if (!result.Written)
        {
            throw new StoreUnavailableException(
                $"{Checkpoint} was written by another process: the lease was lost.", null);
        }

        _eTag = result.ETag;
    }

    /// <summary>
    /// Writes the part after those of the checkpoint. It counts only once a saved checkpoint includes it.
    /// </summary>
    public Task WriteAsync(BatchCheckpoint before, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        store.WriteAsync(Part(before, before.Parts), content, WriteCondition.Always, cancellationToken);

    /// <summary>Reads the parts of a checkpoint in order, then <paramref name="rest"/>.</summary>
    public Stream Read(BatchCheckpoint checkpoint, ReadOnlyMemory<byte> rest) => new JoinedBlobs(
        store, [.. Enumerable.Range(0, checkpoint.Parts).Select(i => Part(checkpoint, i))], rest);

    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        _eTag = null;
        var names = new List<string>();
        await foreach (var blob in store.ListAsync(_prefix, cancellationToken)) names.Add(blob.Name);
        foreach (var name in names) await store.DeleteAsync(name, cancellationToken);
    }

    private string Checkpoint => _prefix + "checkpoint.json";

    /// <summary>Names a part by content, version and build, so that parts of other runs are never mixed in.</summary>
    private string Part(BatchCheckpoint of, int number)
    {
        var origin = string.Create(CultureInfo.InvariantCulture, $"{of.ETag}\n{of.Version}\n{of.Build}");
        return string.Create(CultureInfo.InvariantCulture, $"{_prefix}{Hash(origin)}/{number:D6}");
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
