
namespace Serverless.Core.Registry;

/// <summary>Describes the present role of a version made by an earlier run, which may have changed since.</summary>
internal static class VersionPart
{
    /// <returns>A relative clause that follows the version.</returns>
    public static async Task<string> DescribeAsync(
        ModelRegistry registry, string model, int version, CancellationToken cancellationToken)
    {
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        if (aliases.Champion == version) return "which is live.";
        if (aliases.Challenger == version) return "which is the challenger.";
        var live = aliases.Champion is { } champion ? $"version {champion} is live" : "no version is live";
        return aliases.Has(Alias.Champion, version)
            ? $"which was live before; now {live}. PUT /api/models/{model}/aliases/champion with "
                + $"{{\"version\": {version}}} makes it live again."
            : $"which is not live: {live}.";
    }
}
