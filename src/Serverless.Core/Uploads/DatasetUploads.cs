using Serverless.Core.Data;
using Serverless.Core.Serving;
using Serverless.Core.Storage;

namespace Serverless.Core.Uploads;

/// <summary>Puts files that come over HTTP where people drop them; the blob's event then starts the run.</summary>
public sealed class DatasetUploads(BlobStore store, UploadOptions options)
{
    public long MaxBytes => options.MaxBytes;

    /// <summary>
    /// Why a file cannot be one of a model's; null if it can. Folders, which a dropped file may be in, are refused:
    /// proxies and hosts differ in what they make of <c>%2F</c> in an address.
    /// </summary>
    public static FieldError? Check(string model, string file)
    {
        if (!BlobPaths.IsModelName(model))
        {
            var suggestion = BlobPaths.SuggestModelName(model) is { } name ? $", such as '{name}'" : "";
            return new FieldError("model", $"a name of {BlobPaths.ModelNameRule}{suggestion}", Quote(model));
        }

        if (file.Contains('/') || file.Contains("%2F", StringComparison.OrdinalIgnoreCase))
        {
            return new FieldError("file", "a name without folders", Quote(file));
        }

        if (!ModelDataFiles.IsDataFile(file))
        {
            return new FieldError("file", $"a name that ends in {ModelDataFiles.Endings}", Quote(file));
        }

        return BlobName.BrokenRule(BlobPaths.Dataset(model, file)) is { } rule
            ? new FieldError("file", $"the name of a file; it {rule}", Quote(file))
            : null;
    }

    /// <summary>Stores a file as it comes, in bounded memory. Nothing is stored if reading it fails.</summary>
    /// <param name="name">As <see cref="Check"/> accepts it.</param>
    /// <param name="expectedHash">SHA-256 that it must have, lower-case hex; null for any.</param>
    /// <param name="replaces">Whether it may replace a file of that name.</param>
    public async Task<UploadOutcome> PutAsync(
        (string Model, string File) name, Stream content, string? expectedHash, bool replaces,
        CancellationToken cancellationToken)
    {
        var blob = BlobPaths.Dataset(name.Model, name.File);
        var exists = await store.GetPropertiesAsync(blob, cancellationToken) is not null;
        if (exists && !replaces) return new UploadOutcome.Exists();
        await using var upload = new UploadStream(content, options.MaxBytes, expectedHash);
        try
        {
            var condition = replaces ? WriteCondition.Always : WriteCondition.OnlyIfAbsent;
            var result = await store.WriteAsync(blob, upload, condition, metadata: null, cancellationToken);
            return result.Written
                ? new UploadOutcome.Stored(upload.Count, upload.Hash, exists)
                : new UploadOutcome.Exists();
        }
        catch (RefusedUploadException e)
        {
            return e.Outcome;
        }
    }

    private static string Quote(string text) => $"'{RequestErrorText.Shorten(text)}'";
}
