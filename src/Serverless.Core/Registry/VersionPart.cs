
namespace Serverless.Core.Registry;

/// <summary>
/// What a version that a run made before is by now: what was said when it was made may no longer be so.
/// </summary>
internal static class VersionPart
{
    /// <returns>The end of a sentence that begins with the version.</returns>
    public static async Task<string> DescribeAsync(
        ModelRegistry registry, string model, int version, CancellationToken cancellationToken)
    {
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        if (aliases.Champion == version) return "which is live.";
        if (aliases.Challenger == version) return "which is the challenger.";
        var live = aliases.Champion is { } champion ? $"version {champion} is live" : "no version is live";
        return aliases.Has(Alias.Champion, version)
            ? $"which was live before: by now {live}. PUT /api/models/{model}/aliases/champion with "
                + $"{{\"version\": {version}}} makes it so again."
            : $"which is not live: {live}.";
    }
}
