using System.Collections.Concurrent;
using System.Security.Cryptography;
using Serverless.Core.Storage;
using Serverless.Learning.Models;

namespace Serverless.Core.Registry;

/// <summary>Reads and verifies versions' <c>model.bin</c>.</summary>
public sealed partial class ModelRegistry
{
    private const long MaxModelBytes = 1L << 30;
    private const int MaxDescriptionBytes = 64 << 20;

    // The ETags at which a version's files were verified.
    private readonly ConcurrentDictionary<(string Model, int Version), VersionETags> _verified = new();

    /// <summary>Loads a version for scoring, bypassing caches.</summary>
    /// <exception cref="ModelFileException">
    /// A file is missing, damaged, or belongs to another version or model.
    /// </exception>
    public async Task<LoadedModel> LoadModelAsync(
        string model, int version, CancellationToken cancellationToken) =>
        (await ReadModelAsync(model, version, cancellationToken)).Load();

    /// <summary>Reads a version's files for scoring, for callers that remember which files cannot be loaded.</summary>
    internal async Task<StoredModel> ReadModelAsync(
        string model, int version, CancellationToken cancellationToken)
    {
        // In parallel: on Azure each is a request, and the first prediction waits for both.
        var reading = store.ReadAllAsync(BlobPaths.ModelFile(model, version), MaxModelBytes, cancellationToken);
        var manifest = store.ReadAllAsync(BlobPaths.Manifest(model, version), MaxManifestBytes, cancellationToken);
        await Task.WhenAll(reading, manifest);
        return new StoredModel(model, version, await reading, await manifest, trainers);
    }

    /// <summary>The current ETags of the files read by <see cref="LoadModelAsync"/>.</summary>
    internal async Task<VersionETags> ModelETagsAsync(
        string model, int version, CancellationToken cancellationToken) => new(
        (await store.GetPropertiesAsync(BlobPaths.ModelFile(model, version), cancellationToken))?.ETag,
        (await store.GetPropertiesAsync(BlobPaths.Manifest(model, version), cancellationToken))?.ETag);

    /// <summary>
    /// Reads the beginning of a version's model file without the scorer, which may be a thousand times larger. Timers
    /// and documents use it, so that they neither load trees nor evict models from the serving cache.
    /// </summary>
    /// <exception cref="ModelFileException">
    /// The file is missing, or this part of it is damaged; <see cref="VerifyModelAsync"/> checks the rest.
    /// </exception>
    public async Task<ModelDescription> ReadDescriptionAsync(
        string model, int version, CancellationToken cancellationToken)
    {
        var name = BlobPaths.ModelFile(model, version);
        var header = await store.ReadRangeAsync(name, 0, ModelFile.DescriptionHeader, cancellationToken)
            ?? throw VersionOrigin.NoFile(model, version);
        var length = ModelFile.DescriptionLength(header);
        if (length > MaxDescriptionBytes)
        {
            throw new ModelFileException(
                $"{name}: expected a description of at most {MaxDescriptionBytes:N0} bytes, found {length:N0}.");
        }

        var beginning = await store.ReadRangeAsync(name, 0, length, cancellationToken)
            ?? throw VersionOrigin.NoFile(model, version);
        var (signature, profile) = ModelFile.ReadDescription(beginning);
        return new ModelDescription(model, version, signature, profile);
    }

    /// <summary>
    /// Compares a version's model file with its manifest by streaming it. Verified files are not read again until one
    /// of them is written.
    /// </summary>
    /// <returns>The files' ETags.</returns>
    /// <exception cref="ModelFileException">
    /// A file is missing, damaged, or belongs to another version or model.
    /// </exception>
    internal async Task<VersionETags> VerifyModelAsync(
        string model, int version, CancellationToken cancellationToken)
    {
        var eTags = await ModelETagsAsync(model, version, cancellationToken);
        if (_verified.TryGetValue((model, version), out var known) && known == eTags) return known;
        var name = BlobPaths.Manifest(model, version);
        var manifest = await store.ReadAllAsync(name, MaxManifestBytes, cancellationToken);
        await using var file = await store.OpenReadAsync(BlobPaths.ModelFile(model, version), cancellationToken)
            ?? throw VersionOrigin.NoFile(model, version);
        var origin = VersionOrigin.Read(model, version, manifest?.Bytes);
        origin.Require(Convert.ToHexStringLower(await SHA256.HashDataAsync(file.Content, cancellationToken)));
        return _verified[(model, version)] = new VersionETags(file.Properties.ETag, manifest?.ETag);
    }
}
