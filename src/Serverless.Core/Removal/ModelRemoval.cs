using Serverless.Core.Registry;
using Serverless.Core.Storage;

namespace Serverless.Core.Removal;

/// <summary>
/// Deletes models and versions. Each deletion may be killed at any time: repeated, it deletes the rest and ends the same.
/// </summary>
public sealed class ModelRemoval(BlobStore store, ModelRegistry registry, TimeProvider clock)
{
    /// <summary>
    /// Deletes everything of a model but its data and its highest version number, which is never used again.
    /// </summary>
    /// <param name="withData">Deletes <c>datasets/{model}/</c> too.</param>
    public async Task<RemovalOutcome> DeleteModelAsync(
        string model, bool withData, CancellationToken cancellationToken)
    {
        if (!BlobPaths.IsModelName(model)) return new RemovalOutcome.NotFound();
        await using var lease = await store.TryAcquireLeaseAsync(BlobPaths.TrainingLease(model), cancellationToken);
        if (lease is null) return new RemovalOutcome.Busy();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        string[] prefixes = withData
            ? [BlobPaths.DatasetsOf(model), .. ModelBlobs.Of(model)]
            : [.. ModelBlobs.Of(model)];
        if (!await registry.ExistsAsync(model, stop.Token) && !await HasLeftoversAsync(model, prefixes, stop.Token))
        {
            return new RemovalOutcome.NotFound();
        }

        // First, so that a killed process leaves neither a free number nor files that a sweep trains on.
        var highest = await registry.HighestNumberAsync(model, stop.Token);
        await new VersionNumbers(store).EndAsync(model, highest, clock.GetUtcNow(), isDeleted: true, stop.Token);
        var deleted = new Dictionary<string, DeletedBlobs>();
        foreach (var prefix in prefixes)
        {
            var (blobs, bytes) = await ModelBlobs.DeleteAsync(
                store, prefix, blob => blob.Name == BlobPaths.HighestVersion(model), stop.Token);
            var container = prefix[..prefix.IndexOf('/')];
            var before = deleted.GetValueOrDefault(container) ?? new DeletedBlobs(container, 0, 0);
            deleted[container] = before with { Blobs = before.Blobs + blobs, Bytes = before.Bytes + bytes };
        }

        registry.Forget(model);
        return new RemovalOutcome.Deleted([.. deleted.Values.Where(d => d.Blobs > 0).OrderBy(d => d.Container)]);
    }

    /// <summary>Deletes a version that neither an alias nor a live roll-out names.</summary>
    public async Task<RemovalOutcome> DeleteVersionAsync(
        string model, int version, CancellationToken cancellationToken)
    {
        // A run may be about to give the version a role.
        await using var lease = await store.TryAcquireLeaseAsync(BlobPaths.TrainingLease(model), cancellationToken);
        if (lease is null) return new RemovalOutcome.Busy();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        if (await FindUseAsync(model, version, stop.Token) is { } use) return new RemovalOutcome.InUse(use);

        var numbers = new VersionNumbers(store);
        if (await registry.HighestNumberAsync(model, stop.Token) is var highest
            && (await numbers.FindAsync(model, stop.Token)).Version < highest)
        {
            await numbers.KeepAsync(model, highest, stop.Token); // stores of earlier releases have none
        }

        // The manifest first: without it no alias can be set to the version any more.
        var manifest = await store.ReadAllAsync(BlobPaths.Manifest(model, version), int.MaxValue, stop.Token);
        await store.DeleteAsync(BlobPaths.Manifest(model, version), stop.Token);
        if (manifest is var (bytes, _) && await FindUseAsync(model, version, stop.Token) is { } now)
        {
            // An alias was set meanwhile.
            await store.WriteAsync(
                BlobPaths.Manifest(model, version), bytes, WriteCondition.OnlyIfAbsent, stop.Token);
            return new RemovalOutcome.InUse(now);
        }

        var (count, size) = await ModelBlobs.DeleteAsync(
            store, BlobPaths.Version(model, version), _ => false, stop.Token);
        registry.Forget(model);
        if (manifest is null && count == 0) return new RemovalOutcome.NotFound();
        var (blobs, length) = manifest is null ? (count, size) : (count + 1, size + manifest.Value.Bytes.Length);
        return new RemovalOutcome.Deleted([new DeletedBlobs(BlobPaths.Models, blobs, length)]);
    }

    /// <summary>What names the version, with the remedy; null if nothing does.</summary>
    private async Task<string?> FindUseAsync(string model, int version, CancellationToken cancellationToken)
    {
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        if (aliases.LiveRollout is { } rollout && (rollout.Version == version || rollout.Against == version))
        {
            return $"The roll-out of version {rollout.Version} beside version {rollout.Against} is live. End it first: "
                + $"PUT /api/models/{model}/aliases/champion with {{\"version\": \"champion\"}} stops it.";
        }

        foreach (var alias in Enum.GetValues<Alias>())
        {
            if (aliases.Resolve(alias) != version) continue;
            var name = alias.ToString().ToLowerInvariant();
            var remedy = alias switch
            {
                Alias.Champion => "Make another version champion first.",
                Alias.Challenger => "Make it champion, or name another challenger, first.",
                _ => "It is what a roll-back restores. It is free once another version was champion before the present "
                    + "one.",
            };
            return $"The alias '{name}' names version {version}. {remedy}";
        }

        return null;
    }

    /// <summary>Whether an earlier deletion that was killed left anything.</summary>
    private async Task<bool> HasLeftoversAsync(
        string model, IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        foreach (var prefix in prefixes)
        {
            await foreach (var blob in store.ListAsync(prefix, cancellationToken))
            {
                if (blob.Name != BlobPaths.HighestVersion(model)) return true;
            }
        }

        return false;
    }
}
