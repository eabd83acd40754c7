using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Serverless.Core.Storage;

namespace Serverless.Core.Monitoring;

/// <summary>Reports as blobs under <c>monitoring/{model}/{kind}/</c>: one per check, and <c>latest.json</c>.</summary>
internal static class MonitoringReports
{
    public const string Drift = "drift";
    public const string Staleness = "staleness";

    public static async Task WriteAsync<T>(
        BlobStore store,
        string model,
        string kind,
        DateTimeOffset at,
        T report,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(report, type);
        await store.WriteAsync(
            $"{Prefix(model, kind)}{at:yyyy-MM-ddTHHmmssfff}.json", json, WriteCondition.Always, cancellationToken);
        await store.WriteAsync($"{Prefix(model, kind)}latest.json", json, WriteCondition.Always, cancellationToken);
    }

    /// <summary>Reads the newest report; null before the first check.</summary>
    public static Task<T?> ReadLatestAsync<T>(
        BlobStore store, string model, string kind, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        store.ReadJsonAsync($"{Prefix(model, kind)}latest.json", 16 << 20, type, cancellationToken);

    private static string Prefix(string model, string kind) => $"{BlobPaths.MonitoringOf(model)}{kind}/";
}
