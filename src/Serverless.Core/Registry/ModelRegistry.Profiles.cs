using System.Text.Json;
using Serverless.Core.Storage;
using Serverless.Learning.Changes;

namespace Serverless.Core.Registry;

/// <summary>Finds what the files that a model accepted looked like.</summary>
public sealed partial class ModelRegistry
{
    /// <summary>Versions looked at, newest first: more would cost a request each before every run.</summary>
    private const int MaxProfiles = 20;

    /// <summary>
    /// The file to compare the next one with: that of the newest version that is champion or in whose file nothing had
    /// changed. A changed file that was not approved does not become the reference.
    /// </summary>
    /// <returns>Null before the first version, and where earlier releases made the versions.</returns>
    internal async Task<DataProfile?> FindReferenceAsync(string model, CancellationToken cancellationToken)
    {
        var (aliases, _) = await GetAliasesAsync(model, cancellationToken);
        var versions = await ListVersionsAsync(model, cancellationToken);
        foreach (var version in versions.Reverse().Take(MaxProfiles))
        {
            var profile = await store.ReadJsonAsync(
                BlobPaths.Profile(model, version), MaxManifestBytes, RegistryJson.Default.DataProfile,
                cancellationToken);
            if (profile is not null && (!profile.Changed || aliases.Has(Alias.Champion, version))) return profile;
            if (aliases.Has(Alias.Champion, version)) return null;
        }

        return null;
    }

    private static byte[] ToJson(DataProfile profile) =>
        JsonSerializer.SerializeToUtf8Bytes(profile, RegistryJson.Default.DataProfile);
}
