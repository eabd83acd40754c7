using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Core.Training;

/// <summary>Stores records of ended runs as blobs.</summary>
public sealed class RunRecordStore(BlobStore store)
{
    private const long MaxBytes = 16 << 20;

    public Task<RunRecord?> FindAsync(string model, string identity, CancellationToken cancellationToken) =>
        store.ReadJsonAsync(Name(model, identity), MaxBytes, RunsJson.Readable.RunRecord, cancellationToken);

    /// <summary>Writes a record once: if another process ended the run first, its record stays.</summary>
    public Task WriteAsync(RunRecord record, CancellationToken cancellationToken) =>
        store.WriteAsync(
            Name(record.Model, record.Identity),
            JsonSerializer.SerializeToUtf8Bytes(record, RunsJson.Readable.RunRecord),
            WriteCondition.OnlyIfAbsent,
            cancellationToken);

    /// <summary>Deletes an outdated record, so that the run can be repeated.</summary>
    public Task ForgetAsync(RunRecord record, CancellationToken cancellationToken) =>
        store.DeleteAsync(Name(record.Model, record.Identity), cancellationToken);

    /// <summary>Lists the model's runs that ended last, newest first.</summary>
    public async Task<IReadOnlyList<RunRecord>> ListNewestAsync(
        string model, int max, CancellationToken cancellationToken)
    {
        var blobs = new List<BlobProperties>();
        await foreach (var blob in store.ListAsync(Prefix(model), cancellationToken)) blobs.Add(blob);
        var records = new List<RunRecord>();
        foreach (var blob in blobs.OrderByDescending(b => b.LastModified).Take(max))
        {
            if (await store.ReadJsonAsync(
                blob.Name, MaxBytes, RunsJson.Readable.RunRecord, cancellationToken) is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    private static string Name(string model, string identity) => $"{Prefix(model)}{identity}.json";

    private static string Prefix(string model) => $"{BlobPaths.MonitoringOf(model)}runs/";
}
