using Serverless.Core.Storage;

namespace Serverless.Core.Registry;

/// <summary>Tells which models and versions exist now, whatever was deleted by hand or over the API.</summary>
public sealed partial class ModelRegistry
{
    /// <summary>Whether data or a definition was ever dropped for this model, and it was not deleted since.</summary>
    public async Task<bool> ExistsAsync(string model, CancellationToken cancellationToken)
    {
        if (!BlobPaths.IsModelName(model)) return false;
        // One request for nearly all models; a listing costs more with each version.
        if (await store.GetPropertiesAsync(BlobPaths.Definition(model), cancellationToken) is not null) return true;
        if (await HasAnyFileAsync(model, cancellationToken)) return true;
        await foreach (var _ in store.ListAsync(BlobPaths.DatasetsOf(model), cancellationToken))
        {
            return !await IsDeletedAsync(model, cancellationToken);
        }

        return false;
    }

    /// <summary>
    /// Whether the model was deleted over the API, and neither a file was dropped nor anything written below
    /// <c>models/{model}/</c> since. Its data in <c>datasets/</c> may still be there.
    /// </summary>
    internal async Task<bool> IsDeletedAsync(string model, CancellationToken cancellationToken)
    {
        if (!BlobPaths.IsModelName(model) || await DeletedAtAsync(model, cancellationToken) is not { } deletedAt)
        {
            return false;
        }

        if (await HasAnyFileAsync(model, cancellationToken)) return false;
        await foreach (var file in store.ListAsync(BlobPaths.DatasetsOf(model), cancellationToken))
        {
            if (file.LastModified > deletedAt) return false;
        }

        return true;
    }

    /// <summary>When the model was last deleted over the API; null if never.</summary>
    internal async Task<DateTimeOffset?> DeletedAtAsync(string model, CancellationToken cancellationToken) =>
        (await new VersionNumbers(store).FindAsync(model, cancellationToken)).DeletedAt;

    /// <summary>Whether there is anything below <c>models/{model}/</c>.</summary>
    internal Task<bool> HasAnyFileAsync(string model, CancellationToken cancellationToken) =>
        HasAnyAsync(BlobPaths.ModelOf(model), cancellationToken);

    /// <summary>
    /// Whether the version exists now. Unlike <see cref="GetAsync"/> it notices a manifest deleted by hand.
    /// </summary>
    public async Task<bool> HasAsync(string model, int version, CancellationToken cancellationToken) =>
        await store.GetPropertiesAsync(BlobPaths.Manifest(model, version), cancellationToken) is not null;

    /// <summary>
    /// The version that answers: the champion, or if that was deleted, the champion before it that still exists.
    /// </summary>
    /// <returns>Null if there is no champion, or none that still exists.</returns>
    public async Task<int?> FindServedAsync(string model, Aliases aliases, CancellationToken cancellationToken)
    {
        foreach (var version in aliases.Champions())
        {
            if (await HasAsync(model, version, cancellationToken)) return version;
        }

        return null;
    }

    /// <inheritdoc cref="FindServedAsync(string, Aliases, CancellationToken)"/>
    public async Task<int?> FindServedAsync(string model, CancellationToken cancellationToken)
    {
        var (aliases, _) = await GetAliasesAsync(model, cancellationToken);
        return await FindServedAsync(model, aliases, cancellationToken);
    }

    /// <summary>Finds the aliases whose version was deleted. Costs one request for each alias.</summary>
    public async Task<IReadOnlyList<DanglingAlias>> FindDanglingAsync(
        string model, Aliases aliases, CancellationToken cancellationToken)
    {
        var dangling = new List<DanglingAlias>();
        foreach (var alias in Enum.GetValues<Alias>())
        {
            if (aliases.Resolve(alias) is not { } version
                || await HasAsync(model, version, cancellationToken)
                // An incomplete version is a damaged one, which its load tells of.
                || await HasAnyAsync(BlobPaths.Version(model, version), cancellationToken))
            {
                continue;
            }

            var answers = alias == Alias.Champion ? await FindServedAsync(model, aliases, cancellationToken) : null;
            dangling.Add(DanglingAlias.Of(model, alias, version, answers));
        }

        return dangling;
    }

    private async Task<bool> HasAnyAsync(string prefix, CancellationToken cancellationToken)
    {
        await foreach (var _ in store.ListAsync(prefix, cancellationToken)) return true;
        return false;
    }

    /// <summary>Forgets the manifests read of a model, some of whose versions were deleted.</summary>
    internal void Forget(string model)
    {
        foreach (var key in _manifests.Keys.Where(k => k.Model == model)) _manifests.TryRemove(key, out _);
    }

    /// <summary>The highest number that the model ever used; 0 if none.</summary>
    internal async Task<int> HighestNumberAsync(string model, CancellationToken cancellationToken)
    {
        var highest = (await new VersionNumbers(store).FindAsync(model, cancellationToken)).Version;
        await foreach (var (used, _) in ListVersionFilesAsync(model, cancellationToken))
        {
            highest = Math.Max(highest, used);
        }

        // Stores of earlier releases have no highest number.
        var (aliases, _) = await GetAliasesAsync(model, cancellationToken);
        int?[] named = [aliases.Champion, aliases.Challenger, aliases.Previous, .. aliases.History.Select(c => c.To)];
        return Math.Max(highest, named.Max() ?? 0);
    }
}
