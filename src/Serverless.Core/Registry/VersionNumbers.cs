using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Core.Registry;

/// <param name="Version">The highest number that was ever given to a version of the model.</param>
internal sealed record HighestVersion(int Version);

/// <summary>Remembers which version numbers were given, whatever people delete below <c>models/</c>.</summary>
internal sealed class VersionNumbers(BlobStore store)
{
    private const long MaxBytes = 4096;

    /// <returns>0 where none was ever given.</returns>
    /// <exception cref="InvalidDataException">Somebody else wrote it, and it cannot be read.</exception>
    public async Task<int> FindAsync(string model, CancellationToken cancellationToken) =>
        (await ReadAsync(model, cancellationToken)).Highest;

    /// <summary>Keeps a number from being given again.</summary>
    public async Task KeepAsync(string model, int number, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (highest, eTag) = await ReadAsync(model, cancellationToken);
            if (highest >= number) return;
            var name = BlobPaths.HighestVersion(model);
            var json = JsonSerializer.SerializeToUtf8Bytes(
                new HighestVersion(number), RegistryJson.Readable.HighestVersion);
            var condition = eTag is null ? WriteCondition.OnlyIfAbsent : WriteCondition.OnlyIfMatches(eTag);
            if ((await store.WriteAsync(name, json, condition, cancellationToken)).Written) return;
            // Another process was first: look again at what it is.
        }
    }

    private async Task<(int Highest, string? ETag)> ReadAsync(string model, CancellationToken cancellationToken)
    {
        var name = BlobPaths.HighestVersion(model);
        if (await store.ReadAllAsync(name, MaxBytes, cancellationToken) is not var (bytes, eTag)) return (0, null);
        var highest = StoredJson.Parse(
            name, () => JsonSerializer.Deserialize(bytes, RegistryJson.Readable.HighestVersion));
        return (highest.Version, eTag);
    }
}
