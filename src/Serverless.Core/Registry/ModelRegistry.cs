using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Models;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Registry;

/// <summary>Models, their immutable versions and their aliases, as blobs under <c>models/</c>.</summary>
/// <param name="trainers">Those that may have made a version, to load it.</param>
public sealed partial class ModelRegistry(BlobStore store, IReadOnlyList<ITrainer> trainers, TimeProvider clock)
{
    private const long MaxManifestBytes = 16 << 20;

    // Manifests never change once they are written, so what was read once stays true.
    private readonly ConcurrentDictionary<(string Model, int Version), Manifest> _manifests = new();

    /// <summary>Names of all models that have a definition, a version or data, in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> ListModelsAsync(CancellationToken cancellationToken)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var folder in (string[])[BlobPaths.Models + "/", BlobPaths.Datasets + "/"])
        {
            await foreach (var name in store.ListFoldersAsync(folder, cancellationToken))
            {
                if (BlobPaths.IsModelName(name)) names.Add(name);
            }
        }

        return [.. names];
    }

    /// <summary>
    /// Folders of <c>datasets/</c> that hold files and are no model's, since their names are no model names; in ordinal
    /// order.
    /// </summary>
    public async Task<IReadOnlyList<string>> ListMisnamedAsync(CancellationToken cancellationToken)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var name in store.ListFoldersAsync(BlobPaths.Datasets + "/", cancellationToken))
        {
            if (!BlobPaths.IsModelName(name)) names.Add(name);
        }

        return [.. names];
    }

    /// <summary>Whether anybody ever dropped data or a definition for this model.</summary>
    public async Task<bool> ExistsAsync(string model, CancellationToken cancellationToken)
    {
        if (!BlobPaths.IsModelName(model)) return false;
        // One question for all but the first moments of a model; listings cost more with each version.
        if (await store.GetPropertiesAsync(BlobPaths.Definition(model), cancellationToken) is not null) return true;
        await foreach (var _ in store.ListAsync($"{BlobPaths.Models}/{model}/", cancellationToken)) return true;
        await foreach (var _ in store.ListAsync(BlobPaths.DatasetsOf(model), cancellationToken)) return true;
        return false;
    }

    /// <summary>Numbers of the complete versions, ascending.</summary>
    public async Task<IReadOnlyList<int>> ListVersionsAsync(string model, CancellationToken cancellationToken)
    {
        var versions = new List<int>();
        await foreach (var (number, file) in ListVersionFilesAsync(model, cancellationToken))
        {
            // A version without a manifest was never finished: it does not exist.
            if (file == "manifest.json") versions.Add(number);
        }

        versions.Sort();
        return versions;
    }

    /// <summary>Null where there is no such version.</summary>
    public async Task<Manifest?> GetAsync(string model, int version, CancellationToken cancellationToken)
    {
        if (_manifests.TryGetValue((model, version), out var known)) return known;
        var manifest = await store.ReadJsonAsync(
            BlobPaths.Manifest(model, version), MaxManifestBytes, RegistryJson.Readable.Manifest, cancellationToken);
        return manifest is null ? null : _manifests.GetOrAdd((model, version), manifest);
    }

    /// <summary>
    /// Whether there is such a version now: what was read of its manifest once outlives its deletion by hand.
    /// </summary>
    public async Task<bool> HasAsync(string model, int version, CancellationToken cancellationToken) =>
        await store.GetPropertiesAsync(BlobPaths.Manifest(model, version), cancellationToken) is not null;

    /// <summary>All complete versions, newest first.</summary>
    public async IAsyncEnumerable<Manifest> ListAsync(
        string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var versions = await ListVersionsAsync(model, cancellationToken);
        for (var i = versions.Count - 1; i >= 0; i--)
        {
            if (await GetAsync(model, versions[i], cancellationToken) is { } manifest) yield return manifest;
        }
    }

    /// <summary>The version that a run with this identity made, null where there is none yet.</summary>
    public async Task<Manifest?> FindAsync(string model, string identity, CancellationToken cancellationToken)
    {
        await foreach (var manifest in ListAsync(model, cancellationToken))
        {
            if (manifest.Identity == identity) return manifest;
        }

        return null;
    }

    /// <summary>
    /// Writes a new version: the artefacts first, the manifest last, so that a crash in between leaves nothing that
    /// counts. The caller holds the model's training lease. Even where that was lost unnoticed no version is ever
    /// written twice: a number under which anything lies, or ever lay, is not used again, and nothing is overwritten.
    /// </summary>
    /// <param name="onnxFile">Null where the model has no such form.</param>
    /// <param name="describe">
    /// Makes the manifest and the report once the version's number is known.
    /// </param>
    public async Task<Manifest> RegisterAsync(
        string model,
        ReadOnlyMemory<byte> modelFile,
        byte[]? onnxFile,
        Func<int, (Manifest Manifest, ReadOnlyMemory<byte> Report)> describe,
        CancellationToken cancellationToken)
    {
        var number = await NextNumberAsync(model, cancellationToken);
        var (manifest, report) = describe(number);

        await WriteAsync(BlobPaths.ModelFile(model, number), modelFile);
        if (onnxFile is not null) await WriteAsync(BlobPaths.OnnxFile(model, number), onnxFile);
        await WriteAsync(BlobPaths.Report(model, number), report);
        // Before the version exists. Killed before this, the files above keep the number from being used again.
        await new VersionNumbers(store).KeepAsync(model, number, cancellationToken);
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, RegistryJson.Readable.Manifest);
        await WriteAsync(BlobPaths.Manifest(model, number), json);
        return manifest;

        async Task WriteAsync(string name, ReadOnlyMemory<byte> content)
        {
            var result = await store.WriteAsync(name, content, WriteCondition.OnlyIfAbsent, cancellationToken);
            if (!result.Written)
            {
                throw new IOException($"{name} was written by another process although this one holds the lease.");
            }
        }
    }

    /// <summary>The aliases and their ETag; without a version yet, empty aliases and no ETag.</summary>
    /// <exception cref="InvalidDataException">Somebody else wrote them, and they cannot be read.</exception>
    public async Task<(Aliases Aliases, string? ETag)> GetAliasesAsync(
        string model, CancellationToken cancellationToken)
    {
        if (await store.ReadAllAsync(BlobPaths.Aliases(model), MaxManifestBytes, cancellationToken)
            is not var (bytes, etag))
        {
            return (new Aliases(), null);
        }

        return (StoredJson.Parse(BlobPaths.Aliases(model), () => JsonFields.Read(bytes, AliasesJson.Aliases)), etag);
    }

    /// <summary>Makes a version champion; the champion so far becomes <c>previous</c>.</summary>
    /// <param name="decidedAgainst">
    /// The decision was made against this champion (0: against none); where another one is champion by now, nothing
    /// changes. Null: whoever it is.
    /// </param>
    public Task<AliasOutcome> PromoteAsync(
        string model,
        int version,
        int? decidedAgainst,
        string by,
        string reason,
        CancellationToken cancellationToken) =>
        ChangeAsync(model, version, decidedAgainst, Alias.Champion, by, reason, cancellationToken);

    /// <summary>Makes a version challenger: it waits for a person to promote it.</summary>
    public Task<AliasOutcome> ChallengeAsync(
        string model, int version, string by, string reason, CancellationToken cancellationToken) =>
        ChangeAsync(model, version, null, Alias.Challenger, by, reason, cancellationToken);

    /// <summary>
    /// Begins the canary or shadow of a version that has passed the gate against the champion
    /// <paramref name="against"/>; a live roll-out of another version ends.
    /// </summary>
    public async Task<AliasOutcome> BeginRolloutAsync(
        string model,
        int version,
        int against,
        RolloutSettings settings,
        string by,
        string reason,
        CancellationToken cancellationToken)
    {
        if (!await HasAsync(model, version, cancellationToken)) return AliasOutcome.NoSuchVersion;
        return await UpdateAsync(
            model,
            against,
            aliases => aliases.LiveRollout?.Version == version
                ? aliases
                : aliases.Begin(Rollout.Begin(version, against, settings, clock.GetUtcNow()), by, reason),
            cancellationToken);
    }

    /// <summary>Applies what a judgement decided, unless the roll-out is no longer the one that was judged.</summary>
    internal Task<AliasOutcome> AdvanceRolloutAsync(
        string model,
        Rollout judged,
        RolloutReport report,
        RolloutSettings settings,
        CancellationToken cancellationToken) =>
        UpdateAsync(
            model,
            judged.Against,
            aliases => aliases.LiveRollout is { } live && live == judged
                ? aliases.After(report, Rollout.Shares(settings))
                : aliases,
            cancellationToken);

    /// <summary>
    /// One more than every number that was ever given: a version, or the whole model, that was deleted by hand must not
    /// leave its number to another one, which aliases, reports and logs would then be about.
    /// </summary>
    private async Task<int> NextNumberAsync(string model, CancellationToken cancellationToken)
    {
        var highest = await new VersionNumbers(store).FindAsync(model, cancellationToken);
        await foreach (var (used, _) in ListVersionFilesAsync(
            model, cancellationToken)) highest = Math.Max(highest, used);
        // Of a store from before the highest number was kept.
        var (aliases, _) = await GetAliasesAsync(model, cancellationToken);
        int?[] named = [aliases.Champion, aliases.Challenger, aliases.Previous, .. aliases.History.Select(c => c.To)];
        return Math.Max(highest, named.Max() ?? 0) + 1;
    }

    /// <summary>Every blob of every version, complete or not.</summary>
    private async IAsyncEnumerable<(int Version, string File)> ListVersionFilesAsync(
        string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = BlobPaths.Versions(model);
        await foreach (var blob in store.ListAsync(prefix, cancellationToken))
        {
            var slash = blob.Name.IndexOf('/', prefix.Length);
            if (slash < 0) continue;
            var number = blob.Name.AsSpan()[prefix.Length..slash];
            if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            {
                yield return (version, blob.Name[(slash + 1)..]);
            }
        }
    }

    private async Task<AliasOutcome> ChangeAsync(
        string model,
        int version,
        int? decidedAgainst,
        Alias alias,
        string by,
        string reason,
        CancellationToken cancellationToken)
    {
        if (!await HasAsync(model, version, cancellationToken)) return AliasOutcome.NoSuchVersion;
        return await UpdateAsync(
            model,
            decidedAgainst,
            // To make the champion champion is to stop what is rolled out beside it.
            aliases => aliases.Resolve(alias) == version && (alias != Alias.Champion || aliases.LiveRollout is null)
                ? aliases
                : aliases.With(new AliasChange(clock.GetUtcNow(), alias, aliases.Resolve(alias), version, by, reason)),
            cancellationToken);
    }

    private async Task<AliasOutcome> UpdateAsync(
        string model, int? decidedAgainst, Func<Aliases, Aliases> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (aliases, etag) = await GetAliasesAsync(model, cancellationToken);
            var changed = change(aliases);
            if (ReferenceEquals(changed, aliases)) return AliasOutcome.Unchanged;
            if (decidedAgainst is { } champion && (aliases.Champion ?? 0) != champion)
            {
                return AliasOutcome.ChampionChanged;
            }

            var json = JsonSerializer.SerializeToUtf8Bytes(changed, RegistryJson.Readable.Aliases);
            var condition = etag is null ? WriteCondition.OnlyIfAbsent : WriteCondition.OnlyIfMatches(etag);
            var result = await store.WriteAsync(BlobPaths.Aliases(model), json, condition, cancellationToken);
            if (result.Written) return AliasOutcome.Changed;
            // Somebody else changed the aliases in between: look again at what they are now.
        }
    }
}
