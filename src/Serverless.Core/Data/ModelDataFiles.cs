using System.Security.Cryptography;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Core.Data;

/// <summary>One state of a dropped file.</summary>
/// <param name="Name">The blob's.</param>
/// <param name="ETag">The blob's in that state.</param>
/// <param name="ContentHash">SHA-256 of its bytes, lower-case hex.</param>
internal sealed record HashedFile(string Name, string ETag, string ContentHash);

/// <summary>The dropped files of a model: which ones a run learns from, and what is in them.</summary>
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

    /// <summary>
    /// The file that was changed last, the last by name of those of one moment; null where there is none.
    /// </summary>
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
    /// The files that a run learns from, oldest name first: the dropped one alone, or the newest so many of the model
    /// by the <see cref="NaturalOrder"/> of their names, whenever each was dropped. Empty where the dropped one is
    /// gone.
    /// </summary>
    /// <param name="unusable">Files that the run has found to be bad; they do not count.</param>
    public async Task<IReadOnlyList<string>> WindowAsync(
        string file, int files, IReadOnlySet<string> unusable, CancellationToken cancellationToken)
    {
        var dropped = BlobPaths.Dataset(model, file);
        if (await store.GetPropertiesAsync(dropped, cancellationToken) is null) return [];
        if (files == 1) return [dropped];
        var newest = new SortedSet<string>(NaturalOrder.Instance);
        await foreach (var blob in store.ListAsync(BlobPaths.DatasetsOf(model), cancellationToken))
        {
            if (!IsDataFile(blob.Name) || unusable.Contains(blob.Name)) continue;
            newest.Add(blob.Name);
            if (newest.Count > files) newest.Remove(newest.Min!);
        }

        return [.. newest];
    }

    /// <summary>
    /// A file with its hash, once it is no longer being written: one that is copied in place can be seen half written.
    /// Null where it is gone, or was written again meanwhile.
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

    /// <summary>Infers the columns too, from the bytes that are hashed.</summary>
    /// <inheritdoc cref="HashAsync(string, CancellationToken)"/>
    public async Task<(HashedFile File, SchemaInferenceResult Inference)?> InferAsync(
        string name, ModelDefinition definition, CancellationToken cancellationToken)
    {
        if (await OpenSettledAsync(name, cancellationToken) is not var (settled, blob)) return null;
        await using (blob)
        {
            var inference = await SchemaInference.InferAsync(blob.Content, name, definition, cancellationToken);
            // Damage stops the reading early, but a run is known by the hash of the whole file.
            var file = inference.ContentHash.Length == 0
                ? await HashAsync(name, cancellationToken)
                : new HashedFile(name, settled, inference.ContentHash);
            return file?.ETag == settled && await IsStillAsync(file, cancellationToken) ? (file, inference) : null;
        }
    }

    /// <summary>Looks through one file. Null where it was written again meanwhile, or is gone.</summary>
    public async Task<FileSample?> SampleAsync(
        HashedFile file, ModelDefinition definition, CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(file.Name, cancellationToken);
        if (blob is null) return null;
        var sample = await FileSample.ReadAsync(blob.Content, definition, cancellationToken);
        return await IsStillAsync(file, cancellationToken) ? sample : null;
    }

    /// <summary>
    /// Reads one file, and puts what is wrong with it into quarantine. Null where it was written again meanwhile, or is
    /// gone.
    /// </summary>
    /// <param name="plan">See <see cref="BinningPlanner"/>.</param>
    /// <param name="rows">How many rows the file has at most.</param>
    public async Task<DatasetReadResult?> ReadAsync(
        HashedFile file,
        DatasetSchema schema,
        ModelDefinition definition,
        BinningPlan? plan,
        long rows,
        CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(file.Name, cancellationToken);
        if (blob is null) return null;

        // Bad rows wait on disk: there may be more of them than memory holds, and their blob is written at once.
        FileStream? badRows = null;
        try
        {
            var result = await DatasetReader.ReadAsync(
                blob.Content,
                file.Name,
                schema,
                definition,
                () => badRows = OpenTemporaryFile(),
                plan,
                rows,
                file.ContentHash,
                Environment.ProcessorCount,
                cancellationToken);
            var report = result.Report;
            if (!await IsStillAsync(file, cancellationToken)) return null;
            if (!report.Accepted)
            {
                return result with
                {
                    Report = await _quarantine.PutFileAsync(
                    report, file.ContentHash, cancellationToken)
                };
            }

            return badRows is null
                ? result
                : result with { Report = await _quarantine.PutRowsAsync(report, badRows, cancellationToken) };
        }
        finally
        {
            if (badRows is not null) await badRows.DisposeAsync();
        }
    }

    /// <summary>
    /// Puts a file of which no schema can be made into quarantine. Null where it was written again meanwhile, or is
    /// gone.
    /// </summary>
    public async Task<ValidationReport?> RejectAsync(
        HashedFile file, ValidationReport rejection, CancellationToken cancellationToken) =>
        await IsStillAsync(file, cancellationToken)
            ? await _quarantine.PutFileAsync(rejection, file.ContentHash, cancellationToken)
            : null;

    /// <summary>Puts a file that was read without fault, and yet is of no use, into quarantine.</summary>
    public Task<ValidationReport> RejectAsync(
        ValidationReport report, string reason, CancellationToken cancellationToken) =>
        _quarantine.PutFileAsync(report with { Rejection = reason }, report.ContentHash, cancellationToken);

    /// <summary>
    /// A file may be written again while it is read. What was found then must not be taken for the judgement of the
    /// content that the run is about: not even where it has that content again by now, as it has when a copy came to
    /// its end.
    /// </summary>
    private async Task<bool> IsStillAsync(HashedFile file, CancellationToken cancellationToken) =>
        (await store.GetPropertiesAsync(file.Name, cancellationToken))?.ETag == file.ETag;

    private async Task<(string Settled, BlobContent Blob)?> OpenSettledAsync(
        string name, CancellationToken cancellationToken) =>
        await BlobSettling.WaitAsync(store, name, BlobSettling.Usual, clock, cancellationToken) is { } settled
            && await store.OpenReadAsync(name, cancellationToken) is { } blob ? (settled, blob) : null;

    /// <summary>
    /// One piece is hashed while the next one is read. Pieces are large: what the runtime hashes by itself are 4 KB at
    /// a time.
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

    private static FileStream OpenTemporaryFile() => new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
}
