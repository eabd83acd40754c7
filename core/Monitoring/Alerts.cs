using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Storage;

namespace Serverless.Monitoring;

[JsonConverter(typeof(CamelCaseConverter<AlertKind>))]
public enum AlertKind { Staleness, Drift, PredictionDrift, RollBack }

/// <param name="Version">The champion it is about; of a roll-back, the challenger.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record Alert(DateTimeOffset At, string Model, AlertKind Kind, int Version, string Message);

/// <summary>Alerts as blobs under <c>monitoring/{model}/alerts/</c>, each logged once.</summary>
public sealed class Alerts(BlobStore store, TimeProvider clock, ILogger<Alerts> logger)
{
    /// <summary>
    /// Raises an alert, at most once a day for one kind and version: a timer that finds the same thing every quarter
    /// of an hour does not call for help each time.
    /// </summary>
    /// <returns>True where it is new.</returns>
    public async Task<bool> RaiseAsync(
        string model, AlertKind kind, int version, string message, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var alert = new Alert(now, model, kind, version, message);
        var name = $"{Prefix(model)}{now:yyyy-MM-dd}-{kind.ToString().ToLowerInvariant()}-v{version}.json";
        var json = JsonSerializer.SerializeToUtf8Bytes(alert, MonitoringJson.Readable.Alert);
        var isNew = (await store.WriteAsync(name, json, WriteCondition.OnlyIfAbsent, cancellationToken)).Written;
        if (!isNew) return false;
        if (kind == AlertKind.Staleness) CoreLog.StalenessAlert(logger, model, version, message);
        else if (kind == AlertKind.RollBack) CoreLog.RollBackAlert(logger, model, version, message);
        else CoreLog.DriftAlert(logger, model, version, message);
        return true;
    }

    /// <summary>Alerts of the last days, oldest first.</summary>
    public async Task<IReadOnlyList<Alert>> ListAsync(string model, TimeSpan last, CancellationToken cancellationToken)
    {
        var from = $"{Prefix(model)}{clock.GetUtcNow() - last:yyyy-MM-dd}";
        var alerts = new List<Alert>();
        await foreach (var blob in store.ListAsync(Prefix(model), cancellationToken))
        {
            // Names begin with the date, so their order is that of time.
            if (string.CompareOrdinal(blob.Name, from) < 0) continue;
            if (await store.ReadJsonAsync(blob.Name, 1 << 20, MonitoringJson.Readable.Alert, cancellationToken) is { } alert) alerts.Add(alert);
        }

        return alerts;
    }

    private static string Prefix(string model) => $"{BlobPaths.MonitoringOf(model)}alerts/";
}
