using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Models;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Registry;

/// <summary>Models, their immutable versions and their aliases, stored as blobs under <c>models/</c>.</summary>
/// <param name="trainers">Those that can load a version's scorer.</param>
public sealed partial class ModelRegistry(BlobStore store, IReadOnlyList<ITrainer> trainers, TimeProvider clock)
{
    private const long MaxManifestBytes = 16 << 20;

    // Manifests are immutable, so cached ones stay valid.
    private readonly ConcurrentDictionary<(string Model, int Version), Manifest> _manifests = new();

    /// <summary>
    /// Names of all models with a definition, a version or data, in ordinal order, but for those that were deleted.
    /// </summary>
    public async Task<IReadOnlyList<string>> ListModelsAsync(CancellationToken cancellationToken)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var name in store.ListFoldersAsync(BlobPaths.Models + "/", cancellationToken))
        {
            if (BlobPaths.IsModelName(name)) names.Add(name);
        }

        await foreach (var name in store.ListFoldersAsync(BlobPaths.Datasets + "/", cancellationToken))
        {
            if (BlobPaths.IsModelName(name) && !names.Contains(name) && !await IsDeletedAsync(name, cancellationToken))
            {
                names.Add(name);
            }
        }

        return [.. names];
    }

    /// <summary>
    /// Non-empty folders of <c>datasets/</c> whose names are not valid model names, in ordinal order.
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

    /// <summary>Numbers of complete versions, ascending.</summary>
    public async Task<IReadOnlyList<int>> ListVersionsAsync(string model, CancellationToken cancellationToken)
    {
        var versions = new List<int>();
        await foreach (var (number, file) in ListVersionFilesAsync(model, cancellationToken))
        {
            // Versions without a manifest are incomplete.
            if (file == "manifest.json") versions.Add(number);
        }

        versions.Sort();
        return versions;
    }

    /// <summary>Null if the version does not exist.</summary>
    public async Task<Manifest?> GetAsync(string model, int version, CancellationToken cancellationToken)
    {
        if (_manifests.TryGetValue((model, version), out var known)) return known;
        var manifest = await store.ReadJsonAsync(
            BlobPaths.Manifest(model, version), MaxManifestBytes, RegistryJson.Readable.Manifest, cancellationToken);
        return manifest is null ? null : _manifests.GetOrAdd((model, version), manifest);
    }

    /// <summary>Lists complete versions, newest first.</summary>
    public async IAsyncEnumerable<Manifest> ListAsync(
        string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var versions = await ListVersionsAsync(model, cancellationToken);
        for (var i = versions.Count - 1; i >= 0; i--)
        {
            if (await GetAsync(model, versions[i], cancellationToken) is { } manifest) yield return manifest;
        }
    }

    /// <summary>Finds the version made by a run of this identity; null if there is none yet.</summary>
    public async Task<Manifest?> FindAsync(string model, string identity, CancellationToken cancellationToken)
    {
        await foreach (var manifest in ListAsync(model, cancellationToken))
        {
            if (manifest.Identity == identity) return manifest;
        }

        return null;
    }

    /// <summary>
    /// Writes a new version: artefacts first, manifest last, so that a crash leaves no incomplete version. The caller
    /// holds the model's training lease. Even if that was lost unnoticed, nothing is overwritten: a number that was
    /// ever used, and blobs that exist, are never reused.
    /// </summary>
    /// <param name="describe">Creates the manifest and the report once the version's number is known.</param>
    public async Task<Manifest> RegisterAsync(
        string model,
        VersionFiles files,
        Func<int, (Manifest Manifest, ReadOnlyMemory<byte> Report)> describe,
        CancellationToken cancellationToken)
    {
        // The number of a version or model deleted by hand is not reused, since aliases, reports and logs still refer to
        // it.
        var number = await HighestNumberAsync(model, cancellationToken) + 1;
        var (manifest, report) = describe(number);

        await WriteAsync(BlobPaths.ModelFile(model, number), files.Model);
        if (files.Onnx is not null) await WriteAsync(BlobPaths.OnnxFile(model, number), files.Onnx);
        await WriteAsync(BlobPaths.Report(model, number), report);
        // Recorded before the version exists. After a crash before this line, the files above keep the number from
        // being reused.
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

    /// <summary>Reads the aliases and their ETag; empty aliases and no ETag before the first version.</summary>
    /// <exception cref="InvalidDataException">The file was changed by hand and is unreadable.</exception>
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

    /// <summary>Makes a version champion; the former champion becomes <c>previous</c>.</summary>
    /// <param name="decidedAgainst">
    /// The champion that the decision was made against (0 for none): if another one is champion now, nothing changes.
    /// If null, any champion is replaced.
    /// </param>
    public Task<AliasOutcome> PromoteAsync(
        string model,
        int version,
        int? decidedAgainst,
        string by,
        string reason,
        CancellationToken cancellationToken) =>
        UpdateAsync(model, version, decidedAgainst, Set(Alias.Champion, version, by, reason), cancellationToken);

    /// <summary>Makes a version challenger, which waits for a person to promote it.</summary>
    public Task<AliasOutcome> ChallengeAsync(
        string model, int version, string by, string reason, CancellationToken cancellationToken) =>
        UpdateAsync(model, version, null, Set(Alias.Challenger, version, by, reason), cancellationToken);

    /// <summary>
    /// Begins a canary or shadow of a version that passed the gate against the champion <paramref name="against"/>; a
    /// live roll-out of another version ends.
    /// </summary>
    public Task<AliasOutcome> BeginRolloutAsync(
        string model,
        int version,
        int against,
        RolloutSettings settings,
        string by,
        string reason,
        CancellationToken cancellationToken) =>
        UpdateAsync(
            model,
            version,
            against,
            aliases => aliases.LiveRollout?.Version == version
                ? aliases
                : aliases.Begin(Rollout.Begin(version, against, settings, clock.GetUtcNow()), by, reason),
            cancellationToken);

    /// <summary>Applies a judgement, unless the roll-out has changed since it was judged.</summary>
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

    /// <summary>Lists all blobs of all versions, complete or not.</summary>
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

    private Func<Aliases, Aliases> Set(Alias alias, int version, string by, string reason) =>
        // Promoting the present champion stops a roll-out beside it.
        aliases => aliases.Resolve(alias) == version && (alias != Alias.Champion || aliases.LiveRollout is null)
            ? aliases
            : aliases.With(new AliasChange(clock.GetUtcNow(), alias, aliases.Resolve(alias), version, by, reason));

    private async Task<AliasOutcome> UpdateAsync(
        string model,
        int version,
        int? decidedAgainst,
        Func<Aliases, Aliases> change,
        CancellationToken cancellationToken) =>
        await HasAsync(model, version, cancellationToken)
            ? await UpdateAsync(model, decidedAgainst, change, cancellationToken)
            : AliasOutcome.NoSuchVersion;

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
            // Another process changed the aliases first: read them again.
        }
    }
}
