using Serverless.Core.Storage;
using Serverless.Learning.Models;

namespace Serverless.Core.Registry;

/// <summary>
/// The manifest's fields that identify the version's <c>model.bin</c>. Nothing else is parsed when a model is loaded.
/// </summary>
internal sealed record VersionOrigin(string Model, int Version, string ModelHash)
{
    /// <param name="manifest">Content of the version's manifest.json; null if missing.</param>
    /// <exception cref="ModelFileException">
    /// The manifest is missing, damaged, or belongs to another version or model.
    /// </exception>
    public static VersionOrigin Read(string model, int version, byte[]? manifest)
    {
        var name = BlobPaths.Manifest(model, version);
        if (manifest is null)
        {
            throw new ModelFileException($"Version {version} of {model} is incomplete: it has no manifest.json.");
        }

        VersionOrigin origin;
        try
        {
            origin = JsonFields.Read(
                manifest,
                json => new VersionOrigin(json.Text("model"), json["version"].GetInt32(), json.Text("modelHash")));
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new ModelFileException(
                $"{name} cannot be read; it was not written by this product: {e.Message}", e);
        }

        if (origin.Model == model && origin.Version == version) return origin;
        throw new ModelFileException(
            $"{name}: expected the manifest of version {version} of {model}, found that of version {origin.Version} of "
            + $"{origin.Model}. Put back the version's own files, or make another version champion.");
    }

    /// <exception cref="ModelFileException">model.bin has another hash than in the manifest.</exception>
    public void Require(string modelHash)
    {
        if (modelHash == ModelHash) return;
        throw new ModelFileException(
            $"{BlobPaths.ModelFile(Model, Version)}: expected SHA-256 {ModelHash}, as "
            + $"{BlobPaths.Manifest(Model, Version)} says, found {modelHash}: the file is of another version or model. "
            + "Put back the version's own file, or make another version champion.");
    }

    /// <summary>The error for a missing model.bin.</summary>
    public static ModelFileException NoFile(string model, int version) =>
        new($"Version {version} of {model} has no model.bin.");
}
