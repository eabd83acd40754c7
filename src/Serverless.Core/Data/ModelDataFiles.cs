using System.Security.Cryptography;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Core.Data;

/// <summary>One state of a dropped file.</summary>
/// <param name="Name">Blob name.</param>
/// <param name="ETag">The blob's ETag in that state.</param>
/// <param name="ContentHash">SHA-256 of its bytes, lower-case hex.</param>
internal sealed record HashedFile(string Name, string ETag, string ContentHash);

/// <summary>The dropped files of a model: selects those of a run and reads them.</summary>
internal sealed class ModelDataFiles(BlobStore store, TimeProvider clock, string model)
{
    private const int PieceBytes = 256 * 1024;

    private readonly Quarantine _quarantine = new(store, model);

    private static readonly string[] _texts = [".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json"];
    private static readonly string[] _packed = [".parquet", ".xlsx", ".xls", ".zip"];

    /// <summary>How the names of data files end. What is in them shows by their bytes.</summary>
    public static string Endings { get; } =
        $"{string.Join(", ", _texts)} (all of these also with .gz), {string.Join(", ", _packed)}";

    public static bool IsDataFile(string name)
    {
        if (name.EndsWith(".report.json", StringComparison.OrdinalIgnoreCase)) return false;
        var plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^".gz".Length] : name;
        return Array.Exists(_texts, e => plain.EndsWith(e, StringComparison.OrdinalIgnoreCase))
            || Array.Exists(_packed, e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Finds the file changed last, by name among simultaneous ones; null without any.</summary>
    public static async Task<BlobProperties?> NewestAsync(
        BlobStore store, string model, CancellationToken cancellationToken)
    {
        BlobProperties? newest = null;
        await foreach (var blob in store.ListAsync(BlobPaths.DatasetsOf(model), cancellationToken))
        {
            if (IsDataFile(blob.Name) && (newest is null || blob.LastModified >= newest.LastModified)) newest = blob;
        }

        return newest;
    }

    /// <summary>
    /// Hashes a file once it has settled, since a file copied in place can be seen half written. Null if it was deleted
    /// or rewritten meanwhile.
    /// </summary>
    public async Task<HashedFile?> HashAsync(string name, CancellationToken cancellationToken)
    {
        if (await OpenSettledAsync(name, cancellationToken) is not var (settled, blob)) return null;
        await using (blob)
        {
            var file = new HashedFile(name, settled, await HashAsync(blob.Content, cancellationToken));
            return await IsStillAsync(file, cancellationToken) ? file : null;
        }
    }

    /// <summary>Hashes a file and infers its columns in one pass.</summary>
    /// <inheritdoc cref="HashAsync(string, CancellationToken)"/>
    public async Task<(HashedFile File, SchemaInferenceResult Inference)?> InferAsync(
        string name, ModelDefinition definition, CancellationToken cancellationToken)
    {
        if (await OpenSettledAsync(name, cancellationToken) is not var (settled, blob)) return null;
        await using (blob)
        {
            var inference = await SchemaInference.InferAsync(blob.Content, name, definition, cancellationToken);
            // Inference stops at damage, but the run's identity needs the hash of the whole file.
            var file = inference.ContentHash.Length == 0
                ? await HashAsync(name, cancellationToken)
                : new HashedFile(name, settled, inference.ContentHash);
            return file?.ETag == settled && await IsStillAsync(file, cancellationToken) ? (file, inference) : null;
        }
    }

    /// <summary>
    /// Reads one file and quarantines what is wrong with it. Null if it was deleted or rewritten meanwhile.
    /// </summary>
    public async Task<DatasetReadResult?> ReadAsync(
        HashedFile file, DatasetReadOptions options, CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(file.Name, cancellationToken);
        if (blob is null) return null;

        // Spools bad rows to disk: they may exceed memory, and a blob is written in one go.
        await using var badRows = new TemporaryFile();
        var result = await DatasetReader.ReadAsync(
            blob.Content,
            options with { Quarantine = () => badRows.Content, KnownHash = file.ContentHash },
            cancellationToken);
        var report = result.Report;
        if (!await IsStillAsync(file, cancellationToken)) return null;
        if (!report.Accepted)
        {
            report = await _quarantine.PutFileAsync(report, file.ContentHash, cancellationToken);
            return result with { Report = report };
        }

        return badRows.IsUsed
            ? result with { Report = await _quarantine.PutRowsAsync(report, badRows.Content, cancellationToken) }
            : result;
    }

    /// <summary>Quarantines a file without a usable schema. Null if it was deleted or rewritten meanwhile.</summary>
    public async Task<ValidationReport?> RejectAsync(
        HashedFile file, ValidationReport rejection, CancellationToken cancellationToken) =>
        await IsStillAsync(file, cancellationToken)
            ? await _quarantine.PutFileAsync(rejection, file.ContentHash, cancellationToken)
            : null;

    /// <summary>Quarantines a file that was read without errors but is of no use.</summary>
    public Task<ValidationReport> RejectAsync(
        ValidationReport report, string reason, CancellationToken cancellationToken) =>
        _quarantine.PutFileAsync(report with { Rejection = reason }, report.ContentHash, cancellationToken);

    /// <summary>
    /// Whether the file is unchanged since it was hashed. A file rewritten meanwhile must not be judged by what was
    /// read, even if it has the old content again, as it does at the end of a copy.
    /// </summary>
    public async Task<bool> IsStillAsync(HashedFile file, CancellationToken cancellationToken) =>
        (await store.GetPropertiesAsync(file.Name, cancellationToken))?.ETag == file.ETag;

    private async Task<(string Settled, BlobContent Blob)?> OpenSettledAsync(
        string name, CancellationToken cancellationToken) =>
        await BlobSettling.WaitAsync(store, name, BlobSettling.Usual, clock, cancellationToken) is { } settled
            && await store.OpenReadAsync(name, cancellationToken) is { } blob ? (settled, blob) : null;

    /// <summary>
    /// Hashes one block while reading the next. Blocks are large, since the runtime's own streaming hash uses 4 KB.
    /// </summary>
    private static async Task<string> HashAsync(Stream content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (piece, next) = (new byte[PieceBytes], new byte[PieceBytes]);
        var count = await content.ReadAsync(piece, cancellationToken);
        while (count > 0)
        {
            var reading = content.ReadAsync(next, cancellationToken);
            hash.AppendData(piece, 0, count);
            count = await reading;
            (piece, next) = (next, piece);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
