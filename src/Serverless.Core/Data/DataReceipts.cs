using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Storage;

namespace Serverless.Core.Data;

/// <summary>
/// Records which states of a model's data files have been processed: <c>monitoring/{model}/receipts/{hash}</c>, an
/// empty blob named by a hash of the file's name and ETag. A listing finds unprocessed files without hashing any
/// content.
/// </summary>
internal sealed class DataReceipts(BlobStore store, string model)
{
    private const string Going = ".going";

    private readonly string _prefix = $"{BlobPaths.MonitoringOf(model)}receipts/";

    /// <summary>Of all receipts of the model.</summary>
    public string Prefix => _prefix;

    /// <param name="file">Path below <c>datasets/{model}/</c>.</param>
    /// <param name="eTag">The file's ETag before the run began; later writes are not covered.</param>
    /// <param name="faultyDefinition">
    /// ETag of an unusable model.json: the receipt is valid until that is changed. If null, always valid.
    /// </param>
    public async Task WriteAsync(
        string file, string eTag, string? faultyDefinition, CancellationToken cancellationToken)
    {
        var name = Name(file, eTag, faultyDefinition);
        await store.WriteAsync(name, ReadOnlyMemory<byte>.Empty, WriteCondition.OnlyIfAbsent, cancellationToken);
        await store.DeleteAsync(Name(file, eTag) + Going, cancellationToken);
    }

    /// <summary>Records that the run continues in another invocation, whose message is queued.</summary>
    public Task DeferAsync(string file, string eTag, CancellationToken cancellationToken) =>
        store.WriteAsync(
            Name(file, eTag) + Going, ReadOnlyMemory<byte>.Empty, WriteCondition.Always, cancellationToken);

    /// <summary>Whether this state of a file was processed, with whatever result.</summary>
    public async Task<bool> IsDoneAsync(string file, string eTag, CancellationToken cancellationToken) =>
        await store.GetPropertiesAsync(Name(file, eTag), cancellationToken) is not null;

    /// <param name="since">
    /// Ignores runs deferred before this: they should have continued long ago, so their message was lost.
    /// </param>
    public async Task<IReadOnlySet<string>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>();
        await foreach (var blob in store.ListAsync(_prefix, cancellationToken))
        {
            if (!blob.Name.EndsWith(Going, StringComparison.Ordinal)) names.Add(blob.Name);
            else if (blob.LastModified > since) names.Add(blob.Name[..^Going.Length]);
        }

        return names;
    }

    public string Name(string file, string eTag, string? faultyDefinition = null)
    {
        var text = faultyDefinition is null ? $"{file}\n{eTag}" : $"{file}\n{eTag}\n{faultyDefinition}";
        return _prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
