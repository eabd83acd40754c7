using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Core.Registry;

/// <param name="Version">The highest version number ever used by the model.</param>
internal sealed record HighestVersion(int Version);

/// <summary>Records used version numbers, independent of deletions below <c>models/</c>.</summary>
internal sealed class VersionNumbers(BlobStore store)
{
    private const long MaxBytes = 4096;

    /// <returns>0 if none was ever used.</returns>
    /// <exception cref="InvalidDataException">The file was changed by hand and is unreadable.</exception>
    public async Task<int> FindAsync(string model, CancellationToken cancellationToken) =>
        (await ReadAsync(model, cancellationToken)).Highest;

    /// <summary>Keeps a number from being reused.</summary>
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
            // Another process was first: read it again.
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
