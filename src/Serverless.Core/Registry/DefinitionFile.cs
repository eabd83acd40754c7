using Serverless.Core.Storage;
using Serverless.Learning.Definition;

namespace Serverless.Core.Registry;

/// <summary>
/// Reads a model's <c>model.json</c> as it is now. What it says about drift, freshness, roll-outs and expected files
/// takes effect without a new version.
/// </summary>
public sealed class DefinitionFile(BlobStore store)
{
    public const int MaxBytes = 1 << 20;

    /// <summary>
    /// The settings in effect: of <c>model.json</c>; of its last good state if it is unusable now; of the version if it
    /// is gone.
    /// </summary>
    /// <param name="manifest">Of the version that the settings are about.</param>
    public async Task<CurrentDefinition> ReadAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        var model = manifest.Model;
        var path = BlobPaths.Definition(model);
        if (await store.GetPropertiesAsync(path, cancellationToken) is not { } properties)
        {
            return new CurrentDefinition(manifest.Definition, null);
        }

        var good = await store.ReadJsonAsync(
            BlobPaths.GoodDefinition(model), 4 * MaxBytes, RegistryJson.Readable.GoodDefinition, cancellationToken);
        if (good?.ETag == properties.ETag) return new CurrentDefinition(good.Definition, null);
        if (properties.Length > MaxBytes)
        {
            return Problem($"expected at most {MaxBytes:N0} bytes, found {properties.Length:N0}.");
        }

        if (await store.ReadAllAsync(path, MaxBytes, cancellationToken) is not var (bytes, eTag))
        {
            return new CurrentDefinition(manifest.Definition, null);
        }

        var (definition, errors) = ModelDefinitionReader.Read(bytes);
        if (definition is null) return Problem($"{string.Join(". ", errors)}.");
        await store.WriteJsonAsync(
            BlobPaths.GoodDefinition(model), new GoodDefinition(eTag, definition), RegistryJson.Readable.GoodDefinition,
            cancellationToken);
        return new CurrentDefinition(definition, null);

        CurrentDefinition Problem(string what) => new(
            good?.Definition ?? manifest.Definition,
            $"model.json cannot be used: {what} Its settings before the last edit stay in effect. Correct "
                + $"{path}.");
    }
}

/// <param name="Definition">What is in effect.</param>
/// <param name="Problem">Why that is not model.json as it is now, and what to do; null if it is.</param>
public sealed record CurrentDefinition(ModelDefinition Definition, string? Problem);

/// <summary><c>monitoring/{model}/good-definition.json</c>: the last usable state of model.json.</summary>
internal sealed record GoodDefinition(
    string ETag, [property: JsonConverter(typeof(ModelDefinitionConverter))] ModelDefinition Definition);
