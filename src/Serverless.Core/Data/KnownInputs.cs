using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Storage;
using Serverless.Learning;

namespace Serverless.Core.Data;

/// <summary>
/// Maps a state of a model's files to its run: <c>monitoring/{model}/inputs/{hash}</c>, a hash of model.json, the
/// engine, and the names and ETags of the data files; the content is the run's identity. It predicts a run's outcome
/// without hashing gigabytes of content.
/// </summary>
internal sealed class KnownInputs(BlobStore store, string model)
{
    private const long MaxBytes = 1024;

    /// <param name="files">In the order they are learned from.</param>
    public Task RememberAsync(
        string definitionHash,
        IEnumerable<(string Name, string ETag)> files,
        string identity,
        CancellationToken cancellationToken) =>
        store.WriteAsync(
            Name(definitionHash, files),
            Encoding.UTF8.GetBytes(identity),
            WriteCondition.OnlyIfAbsent,
            cancellationToken);

    /// <returns>The identity of the run on these files in this state; null if there was none.</returns>
    public async Task<string?> FindAsync(
        string definitionHash, IEnumerable<(string Name, string ETag)> files, CancellationToken cancellationToken) =>
        await store.ReadAllAsync(Name(definitionHash, files), MaxBytes, cancellationToken) is var (bytes, _)
            ? Encoding.UTF8.GetString(bytes)
            : null;

    private string Name(string definitionHash, IEnumerable<(string Name, string ETag)> files)
    {
        var text = new StringBuilder($"definition {definitionHash}\nengine {Engine.Version}\n");
        foreach (var (name, eTag) in files) text.Append(name).Append('\n').Append(eTag).Append('\n');
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return $"{BlobPaths.MonitoringOf(model)}inputs/{Convert.ToHexStringLower(hash)}";
    }
}
