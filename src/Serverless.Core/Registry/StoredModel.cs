using Serverless.Learning.Models;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Registry;

/// <summary>ETags of a version's <c>model.bin</c> and manifest when read; null if missing.</summary>
public readonly record struct VersionETags(string? ModelFile, string? Manifest);

/// <summary>
/// A version's stored <c>model.bin</c> and manifest. All scoring code loads versions here, so that a file of another
/// version or model is never scored under this one's name.
/// </summary>
/// <param name="file">Content and ETag of model.bin; null if missing.</param>
/// <param name="manifest">Content and ETag of manifest.json; null if missing.</param>
/// <param name="trainers">Those that can load the scorer.</param>
internal sealed class StoredModel(
    string model,
    int version,
    (byte[] Bytes, string ETag)? file,
    (byte[] Bytes, string ETag)? manifest,
    IReadOnlyList<ITrainer> trainers)
{
    /// <summary>Identifies the state of the files: unloadable files stay so until their ETags change.</summary>
    public VersionETags ETags { get; } = new(file?.ETag, manifest?.ETag);

    /// <summary>Loads the model and compares it with its manifest.</summary>
    /// <exception cref="ModelFileException">
    /// A file is missing, damaged, or belongs to another version or model.
    /// </exception>
    public LoadedModel Load()
    {
        if (file is not var (bytes, _)) throw VersionOrigin.NoFile(model, version);
        var origin = VersionOrigin.Read(model, version, manifest?.Bytes);
        var loaded = ModelFile.Read(bytes, trainers);
        // Loading has verified the file's checksum, so its hash is known.
        origin.Require(loaded.Hash);
        return loaded;
    }
}
