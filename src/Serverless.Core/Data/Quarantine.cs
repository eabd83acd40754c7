using System.Text.Json;
using Serverless.Core.Storage;
using Serverless.Learning.Reading;

namespace Serverless.Core.Data;

/// <summary>Stores a model's rejected files and bad rows, each with its report beside it.</summary>
internal sealed class Quarantine(BlobStore store, string model)
{
    /// <summary>Copies a rejected file.</summary>
    /// <returns>The report, with the copy's name.</returns>
    public async Task<ValidationReport> PutFileAsync(
        ValidationReport report, string contentHash, CancellationToken cancellationToken)
    {
        var name = NameFor(report.Source, contentHash, isFile: true);
        await using var blob = await store.OpenReadAsync(report.Source, cancellationToken);
        if (blob is not null)
        {
            await store.WriteAsync(name, blob.Content, WriteCondition.Always, metadata: null, cancellationToken);
        }

        return await ReportAsync(report with { ContentHash = contentHash, Quarantined = name }, cancellationToken);
    }

    /// <summary>Writes the bad rows of an accepted file.</summary>
    /// <param name="badRows">CSV; read from its start.</param>
    /// <returns>The report, with the blob's name.</returns>
    public async Task<ValidationReport> PutRowsAsync(
        ValidationReport report, Stream badRows, CancellationToken cancellationToken)
    {
        var name = NameFor(report.Source, report.ContentHash, isFile: false);
        badRows.Position = 0;
        await store.WriteAsync(name, badRows, WriteCondition.Always, metadata: null, cancellationToken);
        return await ReportAsync(report with { Quarantined = name }, cancellationToken);
    }

    private async Task<ValidationReport> ReportAsync(ValidationReport report, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(report, QuarantineJson.Readable.ValidationReport);
        await store.WriteAsync($"{report.Quarantined}.report.json", json, WriteCondition.Always, cancellationToken);
        return report;
    }

    /// <summary>The hash in the name keeps apart what was dropped under one name at different times.</summary>
    /// <param name="isFile">Whether it is the file itself, and not rows of it, which are CSV.</param>
    private string NameFor(string source, string contentHash, bool isFile)
    {
        var file = source[BlobPaths.DatasetsOf(model).Length..];
        var extension = Path.GetExtension(file);
        var isGzip = extension.Equals(".gz", StringComparison.OrdinalIgnoreCase);
        if (isGzip) extension = Path.GetExtension(file[..^extension.Length]) + extension;
        var stem = $"{BlobPaths.QuarantineOf(model)}{file[..^extension.Length]}.{contentHash[..8]}";
        if (isFile) return stem + extension;
        var isCsv = extension.StartsWith(".csv", StringComparison.OrdinalIgnoreCase);
        return stem + (isCsv && isGzip ? extension[..^".gz".Length] : isCsv ? extension : ".csv");
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ValidationReport))]
internal sealed partial class QuarantineJson : JsonSerializerContext
{
    public static QuarantineJson Readable => field ??= new QuarantineJson(ReadableJson.Of(Default));
}
