using Serverless.Core.Storage;
using Serverless.Learning.Models;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Registry;

/// <summary>ETags of a version's <c>model.bin</c> and manifest, as they were read; null where there was none.</summary>
public readonly record struct VersionETags(string? ModelFile, string? Manifest);

/// <summary>
/// A version's <c>model.bin</c> as the store has it, and what the manifest beside it says of it. Every part of the
/// product that scores with a version loads it here, so that a file of another version or model is never scored with
/// under this one's name.
/// </summary>
/// <param name="file">Content of model.bin; null: the blob is missing.</param>
/// <param name="manifest">Content of manifest.json; null: the blob is missing.</param>
public sealed class StoredModel(
    string model, int version, ReadOnlyMemory<byte>? file, ReadOnlyMemory<byte>? manifest, VersionETags eTags)
{
    /// <summary>Which state of the files this is: one that cannot be loaded stays so until they are others.</summary>
    public VersionETags ETags { get; } = eTags;

    /// <summary>Reads the model, and compares it with its manifest.</summary>
    /// <param name="trainers">Those that may have made it.</param>
    /// <exception cref="ModelFileException">A file is missing, damaged, or belongs to another version or model.</exception>
    public LoadedModel Load(IReadOnlyList<ITrainer> trainers)
    {
        if (file is null) throw new ModelFileException($"Version {version} of {model} has no model.bin.");
        var origin = ReadOrigin();
        var loaded = ModelFile.Read(file.Value, trainers);
        // The hash of the whole file is at hand, since reading it has checked its own checksum.
        if (loaded.Hash == origin.ModelHash) return loaded;
        throw new ModelFileException(
            $"{BlobPaths.ModelFile(model, version)}: expected SHA-256 {origin.ModelHash}, as "
            + $"{BlobPaths.Manifest(model, version)} says, found {loaded.Hash}: the file is of another version or model. "
            + "Put back the version's own file, or make another version champion.");
    }

    private Origin ReadOrigin()
    {
        var name = BlobPaths.Manifest(model, version);
        if (manifest is null)
        {
            throw new ModelFileException($"Version {version} of {model} has no manifest.json, so it is no version.");
        }

        Origin origin;
        try
        {
            origin = JsonFields.Read(manifest.Value, Origin.Of);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new ModelFileException(
                $"{name} cannot be read; somebody else than the product wrote it: {e.Message}", e);
        }

        if (origin.Model == model && origin.Version == version) return origin;
        throw new ModelFileException(
            $"{name}: expected the manifest of version {version} of {model}, "
            + $"found that of version {origin.Version} of {origin.Model}. Put back the version's own files, or make another version champion.");
    }

    /// <summary>The few fields of a manifest that loading needs: its other metadata is not in the way of a start.</summary>
    private sealed record Origin(string Model, int Version, string ModelHash)
    {
        public static Origin Of(JsonFields json) =>
            new(json.Text("model"), json["version"].GetInt32(), json.Text("modelHash"));
    }
}
