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
/// <param name="file">Content and ETag of model.bin; null: the blob is missing.</param>
/// <param name="manifest">Of manifest.json; null: the blob is missing.</param>
/// <param name="trainers">Those that may have made it.</param>
internal sealed class StoredModel(
    string model,
    int version,
    (byte[] Bytes, string ETag)? file,
    (byte[] Bytes, string ETag)? manifest,
    IReadOnlyList<ITrainer> trainers)
{
    /// <summary>Which state of the files this is: one that cannot be loaded stays so until they are others.</summary>
    public VersionETags ETags { get; } = new(file?.ETag, manifest?.ETag);

    /// <summary>Reads the model, and compares it with its manifest.</summary>
    /// <exception cref="ModelFileException">
    /// A file is missing, damaged, or belongs to another version or model.
    /// </exception>
    public LoadedModel Load()
    {
        if (file is not var (bytes, _)) throw VersionOrigin.NoFile(model, version);
        var origin = VersionOrigin.Read(model, version, manifest?.Bytes);
        var loaded = ModelFile.Read(bytes, trainers);
        // The hash of the whole file is at hand, since reading it has checked its own checksum.
        origin.Require(loaded.Hash);
        return loaded;
    }
}
