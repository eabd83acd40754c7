using System.Globalization;
using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Core.Data;

/// <summary>
/// A model's data versions. A change is made by writing the next number, which fails if another process was first: then
/// it is made again on what that one wrote, so that no change is lost.
/// </summary>
internal sealed class DataVersions(BlobStore store, TimeProvider clock, string model)
{
    private const long MaxBytes = 64 << 20;

    public async Task<DataVersion?> FindNewestAsync(CancellationToken cancellationToken)
    {
        var prefix = BlobPaths.DataVersions(model);
        var newest = 0;
        await foreach (var blob in store.ListAsync(prefix, cancellationToken))
        {
            var name = blob.Name.AsSpan(prefix.Length);
            if (name.EndsWith(".json")
                && int.TryParse(
                    name[..^".json".Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                newest = Math.Max(newest, number);
            }
        }

        return newest == 0
            ? null
            : await store.ReadJsonAsync(
                BlobPaths.DataVersion(model, newest), MaxBytes, DataJson.Readable.DataVersion, cancellationToken);
    }

    /// <summary>Puts a file's rows in place of those that it had before.</summary>
    /// <param name="isCurrent">Whether the file is still what the part was made of.</param>
    /// <returns>The version that has the part; null if the file was changed meanwhile.</returns>
    public async Task<DataVersion?> PutAsync(
        DataPart part, Func<Task<bool>> isCurrent, CancellationToken cancellationToken)
    {
        var isStale = false;
        var version = await ChangeAsync(
            async parts =>
            {
                isStale = !await isCurrent();
                var before = parts.FirstOrDefault(p => p.Source == part.Source);
                if (isStale || before == part) return null;
                var what = before is null ? "was dropped"
                    : before.SourceHash == part.SourceHash ? "was read anew, by the edited model.json"
                    : "was replaced";
                return ($"{part.FileOf(model)} {what}", [.. parts.Where(p => p != before), part]);
            },
            cancellationToken);
        return isStale ? null : version;
    }

    /// <summary>Takes out the rows of files that their owner has deleted.</summary>
    /// <returns>The newest version, and the files that it took out.</returns>
    public async Task<(DataVersion? Version, IReadOnlyList<DataPart> Deleted)> RefreshAsync(
        CancellationToken cancellationToken)
    {
        IReadOnlyList<DataPart> deleted = [];
        var version = await ChangeAsync(
            async parts =>
            {
                var existing = await FilesAsync(cancellationToken);
                deleted = [.. parts.Where(p => !existing.Contains(p.Source))];
                return deleted.Count == 0 ? null : ($"{Describe(deleted)} deleted", [.. parts.Except(deleted)]);
            },
            cancellationToken);
        return (version, deleted);
    }

    /// <summary>The newest version without the files that were deleted since, of which nothing is written.</summary>
    public async Task<DataVersion?> PeekAsync(CancellationToken cancellationToken)
    {
        if (await FindNewestAsync(cancellationToken) is not { } newest) return null;
        var existing = await FilesAsync(cancellationToken);
        return newest with { Parts = [.. newest.Parts.Where(p => existing.Contains(p.Source))] };
    }

    public Task<PartReport?> ReportAsync(DataPart part, CancellationToken cancellationToken) => store.ReadJsonAsync(
        BlobPaths.PartReport(part.Blob), MaxBytes, DataJson.Default.PartReport, cancellationToken);

    /// <summary>Writes a part and its report. Idempotent: one file and definition always give the same part.</summary>
    public async Task<long> WriteAsync(
        string part, Stream content, PartReport report, CancellationToken cancellationToken)
    {
        await store.WriteAsync(part, content, WriteCondition.OnlyIfAbsent, metadata: null, cancellationToken);
        await store.WriteJsonAsync(
            BlobPaths.PartReport(part), report, DataJson.Default.PartReport, cancellationToken);
        return content.Length;
    }

    public string Describe(IReadOnlyList<DataPart> parts) =>
        $"{string.Join(", ", parts.Take(3).Select(p => p.FileOf(model)))}"
        + $"{(parts.Count > 3 ? $" and {parts.Count - 3:N0} more" : "")} {(parts.Count == 1 ? "was" : "were")}";

    private async Task<HashSet<string>> FilesAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<string>();
        await foreach (var blob in store.ListAsync(BlobPaths.DatasetsOf(model), cancellationToken))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    /// <param name="change">From the newest version's parts: the cause and the new parts; null for no change.</param>
    /// <returns>The newest version; null without any.</returns>
    private async Task<DataVersion?> ChangeAsync(
        Func<IReadOnlyList<DataPart>, Task<(string Cause, IReadOnlyList<DataPart> Parts)?>> change,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            var newest = await FindNewestAsync(cancellationToken);
            if (await change(newest?.Parts ?? []) is not var (cause, parts)) return newest;
            var next = new DataVersion
            {
                Number = (newest?.Number ?? 0) + 1,
                CreatedAt = clock.GetUtcNow(),
                Cause = cause,
                Content = DataVersion.ContentOf(parts),
                Parts = [.. parts.OrderBy(p => p.Source, NaturalOrder.Instance)],
            };
            var json = JsonSerializer.SerializeToUtf8Bytes(next, DataJson.Readable.DataVersion);
            var written = await store.WriteAsync(
                BlobPaths.DataVersion(model, next.Number), json, WriteCondition.OnlyIfAbsent, cancellationToken);
            if (written.Written) return next;
        }
    }
}
