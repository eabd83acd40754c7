using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Core.Registry;

/// <summary>What outlives a model's folder: <c>monitoring/{model}/highest-version.json</c>.</summary>
/// <param name="Version">The highest version number ever used by the model.</param>
/// <param name="EndedAt">When the model was deleted or started over; null again once a later run made a version.</param>
/// <param name="DeletedAt">
/// When the model was last deleted over the API. Files dropped before are not trained on by themselves; null if never.
/// </param>
internal sealed record HighestVersion(int Version, DateTimeOffset? EndedAt = null, DateTimeOffset? DeletedAt = null);

/// <summary>Records used version numbers, independent of deletions below <c>models/</c>.</summary>
internal sealed class VersionNumbers(BlobStore store)
{
    private const long MaxBytes = 4096;

    /// <returns>Version 0 if none was ever used.</returns>
    /// <exception cref="InvalidDataException">The file was changed by hand and is unreadable.</exception>
    public async Task<HighestVersion> FindAsync(string model, CancellationToken cancellationToken) =>
        (await ReadAsync(model, cancellationToken)).State;

    /// <summary>Keeps a number from being reused, once a version is about to have it.</summary>
    public Task KeepAsync(string model, int number, CancellationToken cancellationToken) => UpdateAsync(
        model,
        state => state with { Version = Math.Max(state.Version, number), EndedAt = null },
        cancellationToken);

    /// <summary>Records that the model was deleted or started over, with the highest number that it used.</summary>
    public Task EndAsync(
        string model, int number, DateTimeOffset at, bool isDeleted, CancellationToken cancellationToken) => UpdateAsync(
        model,
        state => new HighestVersion(Math.Max(state.Version, number), at, isDeleted ? at : state.DeletedAt),
        cancellationToken);

    private async Task UpdateAsync(
        string model, Func<HighestVersion, HighestVersion> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (state, eTag) = await ReadAsync(model, cancellationToken);
            var changed = change(state);
            if (eTag is not null && changed == state) return;
            var json = JsonSerializer.SerializeToUtf8Bytes(changed, RegistryJson.Readable.HighestVersion);
            var condition = eTag is null ? WriteCondition.OnlyIfAbsent : WriteCondition.OnlyIfMatches(eTag);
            var name = BlobPaths.HighestVersion(model);
            if ((await store.WriteAsync(name, json, condition, cancellationToken)).Written) return;
            // Another process was first: read it again.
        }
    }

    private async Task<(HighestVersion State, string? ETag)> ReadAsync(
        string model, CancellationToken cancellationToken)
    {
        var name = BlobPaths.HighestVersion(model);
        if (await store.ReadAllAsync(name, MaxBytes, cancellationToken) is not var (bytes, eTag))
        {
            return (new HighestVersion(0), null);
        }

        var state = StoredJson.Parse(
            name, () => JsonSerializer.Deserialize(bytes, RegistryJson.Readable.HighestVersion));
        return (state, eTag);
    }
}
