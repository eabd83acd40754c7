using System.Security.Cryptography;
using System.Text.Json;
using Serverless.Datasets;
using Serverless.Storage;

namespace Serverless.Runs;

/// <summary>The dropped files of a model: which ones a run learns from, their hashes, and what is put aside.</summary>
internal sealed class DataFiles(BlobStore store, TimeProvider clock, string model)
{
    public static bool IsDataFile(string name) =>
        name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>The file and those before it in ordinal order, oldest name first; empty where the file is gone.</summary>
    public async Task<IReadOnlyList<string>> WindowAsync(string file, int files, CancellationToken cancellationToken)
    {
        var last = BlobPaths.Dataset(model, file);
        if (await store.GetPropertiesAsync(last, cancellationToken) is null) return [];
        if (files == 1) return [last];
        var names = new List<string>();
        await foreach (var blob in store.ListAsync(BlobPaths.DatasetsOf(model), cancellationToken))
        {
            if (IsDataFile(blob.Name) && string.CompareOrdinal(blob.Name, last) <= 0) names.Add(blob.Name);
        }

        return [.. names.TakeLast(files)];
    }

    /// <summary>
    /// Waits until nobody writes the file any more, and takes its hash. A file that is copied over in place can be seen
    /// half written at any time: what is read later counts only where it is still this state.
    /// </summary>
    /// <returns>Null where it is gone, or was written again meanwhile.</returns>
    public async Task<FileState?> SettleAsync(string name, CancellationToken cancellationToken)
    {
        if (await BlobSettling.WaitAsync(store, name, BlobSettling.Usual, clock, cancellationToken) is not { } etag) return null;
        var hash = await HashAsync(name, cancellationToken);
        var state = new FileState(name, etag, hash ?? "");
        return hash is not null && await IsStillAsync(state, cancellationToken) ? state : null;
    }

    /// <summary>Infers the columns from one file. Null where it is no more as it was.</summary>
    public async Task<SchemaInferenceResult?> InferAsync(
        FileState file, ModelDefinition definition, CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(file.Name, cancellationToken);
        if (blob is null) return null;
        var result = await SchemaInference.InferAsync(blob.Content, file.Name, definition, cancellationToken);
        return await IsStillAsync(file, cancellationToken) ? result : null;
    }

    /// <summary>Reads one file, and puts what is wrong with it into quarantine. Null where it is no more as it was.</summary>
    public async Task<DatasetReadResult?> ReadAsync(
        FileState file, DatasetSchema schema, ModelDefinition definition, CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(file.Name, cancellationToken);
        if (blob is null) return null;

        // Bad rows wait on disk: there may be more of them than memory holds, and their blob is written at once.
        FileStream? badRows = null;
        try
        {
            var result = await DatasetReader.ReadAsync(
                blob.Content, file.Name, schema, definition, () => badRows = OpenTemporaryFile(), cancellationToken);
            if (!await IsStillAsync(file, cancellationToken)) return null;
            if (result.Report.Accepted && badRows is null) return result;
            var report = await QuarantineAsync(result.Report, badRows, cancellationToken);
            return result with { Report = report };
        }
        finally
        {
            if (badRows is not null) await badRows.DisposeAsync();
        }
    }

    /// <summary>Puts a rejected file, or the bad rows of an accepted one, into quarantine with its report.</summary>
    public async Task<ValidationReport> QuarantineAsync(
        ValidationReport report, Stream? badRows, CancellationToken cancellationToken)
    {
        var hash = report.ContentHash.Length > 0
            ? report.ContentHash
            : await HashAsync(report.Source, cancellationToken) ?? "";
        var target = QuarantineName(report.Source, hash);
        var complete = report with { ContentHash = hash, Quarantined = target };

        if (report.Accepted)
        {
            badRows!.Position = 0;
            var name = target.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? target[..^3] : target;
            complete = complete with { Quarantined = name };
            await store.WriteAsync(name, badRows, WriteCondition.Always, metadata: null, cancellationToken);
        }
        else
        {
            await using var blob = await store.OpenReadAsync(report.Source, cancellationToken);
            if (blob is not null)
            {
                await store.WriteAsync(target, blob.Content, WriteCondition.Always, metadata: null, cancellationToken);
            }
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(complete, RunsJson.Default.ValidationReport);
        await store.WriteAsync($"{target}.report.json", json, WriteCondition.Always, cancellationToken);
        return complete;
    }

    private async Task<string?> HashAsync(string name, CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(name, cancellationToken);
        return blob is null ? null : Convert.ToHexStringLower(await SHA256.HashDataAsync(blob.Content, cancellationToken));
    }

    private async Task<bool> IsStillAsync(FileState file, CancellationToken cancellationToken) =>
        (await store.GetPropertiesAsync(file.Name, cancellationToken))?.ETag == file.ETag;

    /// <summary>The hash in the name keeps apart what was dropped under one name at different times.</summary>
    private string QuarantineName(string source, string hash)
    {
        var file = source[BlobPaths.DatasetsOf(model).Length..];
        var extension = file.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase) ? ".csv.gz" : Path.GetExtension(file);
        return $"{BlobPaths.QuarantineOf(model)}{file[..^extension.Length]}.{hash[..Math.Min(8, hash.Length)]}{extension}";
    }

    private static FileStream OpenTemporaryFile() => new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
}

/// <summary>One state of a dropped file.</summary>
/// <param name="Hash">SHA-256 of its bytes, lower-case hex.</param>
internal sealed record FileState(string Name, string ETag, string Hash);
