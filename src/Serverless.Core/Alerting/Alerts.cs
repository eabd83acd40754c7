using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;

namespace Serverless.Core.Alerting;

[JsonConverter(typeof(CamelCaseConverter<AlertKind>))]
public enum AlertKind
{
    Staleness,
    Drift,
    PredictionDrift,
    RollBack,

    /// <summary>
    /// A dropped file was rejected. Removed when a later run of the file succeeds or finds it deleted.
    /// </summary>
    RejectedFile,

    /// <summary>The version that the aliases name cannot be loaded.</summary>
    UnreadableVersion,

    /// <summary>model.json was edited to something unusable. Removed once it is usable again.</summary>
    UnusableDefinition,

    /// <summary>No file came for longer than model.json expects. Removed once one did.</summary>
    MissingFile,

    /// <summary>The version that an alias names was deleted. Removed once all aliases name versions that exist.</summary>
    DanglingAlias,

    /// <summary>A training.schedule was due, and there was nothing new to learn from. Removed once there is.</summary>
    Schedule,

    /// <summary>Data could not be pulled from the model's source. Removed by the next pull that succeeds.</summary>
    Source,
}

/// <param name="Version">
/// The champion; for a roll-back, the challenger; for a deleted version, that one; null without any, and for an alert
/// about a file or a source.
/// </param>
/// <param name="Message">A few human-readable sentences: what was found, and what to do.</param>
/// <param name="File">Path below <c>datasets/{model}/</c>; null for any other alert.</param>
public sealed record Alert(
    DateTimeOffset At, string Model, AlertKind Kind, int? Version, string Message, string? File = null);

/// <summary>Stores alerts as blobs under <c>monitoring/{model}/alerts/</c> and logs each once.</summary>
public sealed class Alerts(BlobStore store, TimeProvider clock, ILogger<Alerts> logger)
{
    private const string SourceSuffix = "-source.json";

    /// <summary>How long the dashboard shows an alert.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromDays(7);

    /// <summary>
    /// Raises an alert, at most once a day per kind and version, since timers find the same problem every quarter of an
    /// hour.
    /// </summary>
    /// <param name="detail">Appended to the message but not logged, since it may quote values of the data.</param>
    /// <returns>True if the alert is new.</returns>
    public async Task<bool> RaiseAsync(
        string model,
        AlertKind kind,
        int? version,
        string message,
        CancellationToken cancellationToken,
        string? detail = null)
    {
        var now = clock.GetUtcNow();
        var name = $"{Prefix(model)}{now:yyyy-MM-dd}-{kind.ToString().ToLowerInvariant()}-v{version ?? 0}.json";
        var alert = new Alert(now, model, kind, version, detail is null ? message : $"{message} {detail}");
        if (!await WriteAsync(name, alert, WriteCondition.OnlyIfAbsent, cancellationToken)) return false;
        Log(kind, model, version ?? 0, message);
        return true;
    }

    /// <summary>Removes the alerts of a kind, whatever their version, once their reason is gone.</summary>
    public Task ResolveAsync(string model, AlertKind kind, CancellationToken cancellationToken) =>
        DeleteAsync(
            model, name => name.Contains($"-{kind.ToString().ToLowerInvariant()}-", StringComparison.Ordinal),
            cancellationToken);

    /// <summary>Raises an alert for a rejected file and replaces the file's earlier one.</summary>
    /// <param name="file">Path below <c>datasets/{model}/</c>.</param>
    public async Task RaiseRejectedAsync(string model, string file, string message, CancellationToken cancellationToken)
    {
        await ResolveRejectedAsync(model, file, cancellationToken);
        var now = clock.GetUtcNow();
        var name = $"{Prefix(model)}{now:yyyy-MM-dd}{RejectedSuffix(file)}";
        var alert = new Alert(now, model, AlertKind.RejectedFile, Version: null, message, file);
        await WriteAsync(name, alert, WriteCondition.Always, cancellationToken);
        // Logs no message: it may quote values of the file.
        AlertLog.RejectedFileAlert(logger, model, file);
    }

    /// <summary>Raises an alert for a source that cannot be pulled and replaces its earlier one.</summary>
    public async Task RaiseSourceAsync(string model, string message, CancellationToken cancellationToken)
    {
        await ResolveSourceAsync(model, cancellationToken);
        var now = clock.GetUtcNow();
        var alert = new Alert(now, model, AlertKind.Source, Version: null, message);
        await WriteAsync(
            $"{Prefix(model)}{now:yyyy-MM-dd}{SourceSuffix}", alert, WriteCondition.Always, cancellationToken);
        // Logs no message: a database may quote values in its errors.
        AlertLog.SourceAlert(logger, model);
    }

    /// <summary>Removes the alert of a source, once a pull succeeded.</summary>
    public Task ResolveSourceAsync(string model, CancellationToken cancellationToken) =>
        DeleteAsync(
            model, name => name.EndsWith(SourceSuffix, StringComparison.Ordinal), cancellationToken);

    /// <summary>Removes the alert of a rejected file, once it was learned from or deleted.</summary>
    public Task ResolveRejectedAsync(string model, string file, CancellationToken cancellationToken)
    {
        var suffix = RejectedSuffix(file);
        return DeleteAsync(model, name => name.EndsWith(suffix, StringComparison.Ordinal), cancellationToken);
    }

    /// <summary>Lists the alerts of the last days, oldest first.</summary>
    public async Task<IReadOnlyList<Alert>> ListAsync(string model, TimeSpan last, CancellationToken cancellationToken)
    {
        var from = $"{Prefix(model)}{clock.GetUtcNow() - last:yyyy-MM-dd}";
        var alerts = new List<Alert>();
        await foreach (var blob in store.ListAsync(Prefix(model), cancellationToken))
        {
            // Names begin with the date, so name order is time order.
            if (string.CompareOrdinal(blob.Name, from) < 0) continue;
            if (await store.ReadJsonAsync(
                blob.Name, 1 << 20, AlertsJson.Readable.Alert, cancellationToken) is { } alert)
            {
                alerts.Add(alert);
            }
        }

        return alerts;
    }

    private async Task DeleteAsync(string model, Predicate<string> which, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var blob in store.ListAsync(Prefix(model), cancellationToken))
        {
            if (which(blob.Name)) names.Add(blob.Name);
        }

        foreach (var name in names) await store.DeleteAsync(name, cancellationToken);
    }

    private void Log(AlertKind kind, string model, int version, string message)
    {
        switch (kind)
        {
            case AlertKind.Staleness:
                AlertLog.StalenessAlert(logger, model, version, message);
                break;
            case AlertKind.RollBack:
                AlertLog.RollBackAlert(logger, model, version, message);
                break;
            case AlertKind.UnreadableVersion:
                AlertLog.UnreadableVersionAlert(logger, model, version, message);
                break;
            case AlertKind.UnusableDefinition:
                // Logs no message: it may quote the file.
                AlertLog.UnusableDefinitionAlert(logger, model);
                break;
            case AlertKind.MissingFile:
                AlertLog.MissingFileAlert(logger, model, message);
                break;
            case AlertKind.DanglingAlias:
                AlertLog.DanglingAliasAlert(logger, model, message);
                break;
            case AlertKind.Schedule:
                AlertLog.ScheduleAlert(logger, model, message);
                break;
            default:
                AlertLog.DriftAlert(logger, model, version, message);
                break;
        }
    }

    private async Task<bool> WriteAsync(
        string name, Alert alert, WriteCondition condition, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(alert, AlertsJson.Readable.Alert);
        return (await store.WriteAsync(name, json, condition, cancellationToken)).Written;
    }

    /// <summary>Hashes the file's name, which may be too long for a part of a blob's name.</summary>
    private static string RejectedSuffix(string file) =>
        $"-rejectedfile-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)))[..16]}.json";

    private static string Prefix(string model) => $"{BlobPaths.MonitoringOf(model)}alerts/";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Alert))]
internal sealed partial class AlertsJson : JsonSerializerContext
{
    public static AlertsJson Readable => field ??= new AlertsJson(ReadableJson.Of(Default));
}
