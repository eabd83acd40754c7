using System.Text.Json;
using Serverless.Storage;

namespace Serverless.Runs;

/// <summary>Ended runs, as blobs.</summary>
public sealed class RunRecords(BlobStore store)
{
    private const long MaxBytes = 16 << 20;

    public async Task<RunRecord?> FindAsync(string model, string identity, CancellationToken cancellationToken) =>
        await store.ReadAllAsync(Name(model, identity), MaxBytes, cancellationToken) is var (bytes, _)
            ? JsonSerializer.Deserialize(bytes, RunsJson.Readable.RunRecord)
            : null;

    /// <summary>Written once: the record of a run that somebody else finished first stays.</summary>
    public Task WriteAsync(RunRecord record, CancellationToken cancellationToken) =>
        store.WriteAsync(
            Name(record.Model, record.Identity),
            JsonSerializer.SerializeToUtf8Bytes(record, RunsJson.Readable.RunRecord),
            WriteCondition.OnlyIfAbsent,
            cancellationToken);

    /// <summary>The runs of a model that ended last, newest first.</summary>
    public async Task<IReadOnlyList<RunRecord>> ListNewestAsync(string model, int most, CancellationToken cancellationToken)
    {
        var blobs = new List<BlobProperties>();
        await foreach (var blob in store.ListAsync(Prefix(model), cancellationToken)) blobs.Add(blob);
        var records = new List<RunRecord>();
        foreach (var blob in blobs.OrderByDescending(b => b.LastModified).Take(most))
        {
            if (await store.ReadAllAsync(blob.Name, MaxBytes, cancellationToken) is var (bytes, _)
                && JsonSerializer.Deserialize(bytes, RunsJson.Readable.RunRecord) is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    private static string Name(string model, string identity) => $"{Prefix(model)}{identity}.json";

    private static string Prefix(string model) => $"{BlobPaths.MonitoringOf(model)}runs/";
}
