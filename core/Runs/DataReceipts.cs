using System.Security.Cryptography;
using System.Text;
using Serverless.Storage;

namespace Serverless.Runs;

/// <summary>
/// Which states of a model's data files have been run to an end: <c>monitoring/{model}/receipts/{hash}</c>, empty,
/// with the hash of the file's name and ETag. A listing tells what is missing, and no content is hashed for that.
/// </summary>
internal sealed class DataReceipts(BlobStore store, string model)
{
    private readonly string _prefix = $"{BlobPaths.MonitoringOf(model)}receipts/";

    /// <param name="file">Below <c>datasets/{model}/</c>.</param>
    /// <param name="eTag">Of the file as it was before the run began: what was written later is not covered.</param>
    public Task WriteAsync(string file, string eTag, CancellationToken cancellationToken) =>
        store.WriteAsync(Name(file, eTag), ReadOnlyMemory<byte>.Empty, WriteCondition.OnlyIfAbsent, cancellationToken);

    public async Task<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<string>();
        await foreach (var blob in store.ListAsync(_prefix, cancellationToken)) names.Add(blob.Name);
        return names;
    }

    public string Name(string file, string eTag) =>
        _prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{file}\n{eTag}")));
}
