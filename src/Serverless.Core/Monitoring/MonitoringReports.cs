using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Serverless.Core.Storage;

namespace Serverless.Core.Monitoring;

/// <summary>Reports as blobs under <c>monitoring/{model}/{kind}/</c>: one per check, and <c>latest.json</c>.</summary>
internal sealed class MonitoringReports<T>(BlobStore store, string kind, JsonTypeInfo<T> type)
    where T : class
{
    public string Kind => kind;

    public async Task WriteAsync(string model, DateTimeOffset at, T report, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(report, type);
        await store.WriteAsync(
            $"{Prefix(model)}{at:yyyy-MM-ddTHHmmssfff}.json", json, WriteCondition.Always, cancellationToken);
        await store.WriteAsync($"{Prefix(model)}latest.json", json, WriteCondition.Always, cancellationToken);
    }

    /// <summary>Reads the newest report; null before the first check.</summary>
    public Task<T?> ReadLatestAsync(string model, CancellationToken cancellationToken) =>
        store.ReadJsonAsync($"{Prefix(model)}latest.json", 16 << 20, type, cancellationToken);

    private string Prefix(string model) => $"{BlobPaths.MonitoringOf(model)}{kind}/";
}
