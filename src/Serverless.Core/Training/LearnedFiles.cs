using Serverless.Core.Registry;

namespace Serverless.Core.Training;

/// <summary>SHA-256 of the files that versions have learned from.</summary>
internal sealed record LearnedFiles(IReadOnlySet<string> ByNewest, IReadOnlySet<string> ByChampion)
{
    public static async Task<LearnedFiles> FindAsync(
        ModelRegistry registry, string model, CancellationToken cancellationToken)
    {
        Manifest? newest = null;
        await foreach (var version in registry.ListAsync(model, cancellationToken))
        {
            newest = version;
            break;
        }

        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        var champion = aliases.Champion == newest?.Version ? newest
            : aliases.Champion is { } number ? await registry.GetAsync(model, number, cancellationToken)
            : null;
        return new LearnedFiles(HashesOf(newest), HashesOf(champion));
    }

    private static HashSet<string> HashesOf(Manifest? version) =>
        version?.Data.Select(d => d.ContentHash).ToHashSet() ?? [];
}
