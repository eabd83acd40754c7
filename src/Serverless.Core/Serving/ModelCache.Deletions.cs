using Serverless.Core.Storage;

namespace Serverless.Core.Serving;

/// <summary>Notices what was deleted, by hand or over the API, and stops answering with it.</summary>
public sealed partial class ModelCache
{
    /// <summary>Looks at the aliases, and whether the cached version was deleted.</summary>
    private async Task<(BlobProperties? Aliases, bool IsGone)> LookAsync(
        string model, ServedModel? served, CancellationToken cancellationToken)
    {
        var aliases = _store.GetPropertiesAsync(BlobPaths.Aliases(model), cancellationToken);
        // In parallel: on Azure each is a request.
        var exists = served is null
            ? Task.FromResult(true)
            : _registry.HasAsync(model, served.Version, cancellationToken);
        await Task.WhenAll(aliases, exists);
        return (await aliases, !await exists);
    }

    /// <summary>Stops answering with a model that was deleted. The caller has entered <see cref="Entry.Loading"/>.</summary>
    private async Task DropAsync(Entry entry, CancellationToken cancellationToken)
    {
        if (entry.Served is not { } served) return;
        (entry.Served, entry.AliasesETag, entry.Unreadable) = (null, null, null);
        await _rollouts.FollowAsync(served, null, cancellationToken);
        _log.Discard(served);
    }

    /// <summary>Whether a version requested by number still exists, looked at once in an interval.</summary>
    private async Task<bool> StillExistsAsync(
        string model, int version, Entry entry, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        if (IsFresh(entry, started)) return true;
        if (!await _registry.HasAsync(model, version, cancellationToken)) return false;
        entry.Checked(started);
        return true;
    }
}
