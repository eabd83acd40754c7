using Serverless.Core.Storage;
using Serverless.Learning.Models;

namespace Serverless.Core.Registry;

/// <summary>
/// The few fields of a manifest that say which <c>model.bin</c> is the version's own. Its other metadata is not read at
/// a start.
/// </summary>
internal sealed record VersionOrigin(string Model, int Version, string ModelHash)
{
    /// <param name="manifest">Content of the version's manifest.json; null: the blob is missing.</param>
    /// <exception cref="ModelFileException">
    /// The manifest is missing, damaged, or belongs to another version or model.
    /// </exception>
    public static VersionOrigin Read(string model, int version, byte[]? manifest)
    {
        var name = BlobPaths.Manifest(model, version);
        if (manifest is null)
        {
            throw new ModelFileException($"Version {version} of {model} has no manifest.json, so it is no version.");
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
                $"{name} cannot be read; somebody else than the product wrote it: {e.Message}", e);
        }

        if (origin.Model == model && origin.Version == version) return origin;
        throw new ModelFileException(
            $"{name}: expected the manifest of version {version} of {model}, found that of version {origin.Version} of "
            + $"{origin.Model}. Put back the version's own files, or make another version champion.");
    }

    /// <exception cref="ModelFileException">model.bin has another hash than the manifest says.</exception>
    public void Require(string modelHash)
    {
        if (modelHash == ModelHash) return;
        throw new ModelFileException(
            $"{BlobPaths.ModelFile(Model, Version)}: expected SHA-256 {ModelHash}, as "
            + $"{BlobPaths.Manifest(Model, Version)} says, found {modelHash}: the file is of another version or model. "
            + "Put back the version's own file, or make another version champion.");
    }

    /// <summary>What to throw where model.bin is missing.</summary>
    public static ModelFileException NoFile(string model, int version) =>
        new($"Version {version} of {model} has no model.bin.");
}
