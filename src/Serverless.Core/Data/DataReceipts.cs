using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Storage;

namespace Serverless.Core.Data;

/// <summary>
/// Which states of a model's data files have been run to an end: <c>monitoring/{model}/receipts/{hash}</c>, empty,
/// with the hash of the file's name and ETag. A listing tells what is missing, and no content is hashed for that.
/// </summary>
internal sealed class DataReceipts(BlobStore store, string model)
{
    private const string Going = ".going";

    private readonly string _prefix = $"{BlobPaths.MonitoringOf(model)}receipts/";

    /// <param name="file">Below <c>datasets/{model}/</c>.</param>
    /// <param name="eTag">Of the file as it was before the run began: what was written later is not covered.</param>
    /// <param name="faultyDefinition">
    /// ETag of a model.json that could not be used: the receipt holds as long as nobody mends it. Null: it holds
    /// always.
    /// </param>
    public async Task WriteAsync(
        string file, string eTag, string? faultyDefinition, CancellationToken cancellationToken)
    {
        var name = Name(file, eTag, faultyDefinition);
        await store.WriteAsync(name, ReadOnlyMemory<byte>.Empty, WriteCondition.OnlyIfAbsent, cancellationToken);
        await store.DeleteAsync(Name(file, eTag) + Going, cancellationToken);
    }

    /// <summary>The run goes on in another invocation, for which a message is on its way.</summary>
    public Task PutOffAsync(string file, string eTag, CancellationToken cancellationToken) =>
        store.WriteAsync(
            Name(file, eTag) + Going, ReadOnlyMemory<byte>.Empty, WriteCondition.Always, cancellationToken);

    /// <summary>Whether this state of a file was run to an end, whatever that was.</summary>
    public async Task<bool> IsDoneAsync(string file, string eTag, CancellationToken cancellationToken) =>
        await store.GetPropertiesAsync(Name(file, eTag), cancellationToken) is not null;

    /// <param name="since">
    /// A run that was put off before this should have gone on long ago: its message was lost.
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
