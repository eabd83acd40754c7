using System.Globalization;
using Serverless.Core.Alerting;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;

namespace Serverless.Core.Monitoring;

/// <summary>
/// Asks for the retrains that <c>training.schedule</c> in model.json calls for, if there is anything new to learn from.
/// </summary>
public sealed class ScheduleMonitor(
    BlobStore store,
    ModelRegistry registry,
    DefinitionFile definitions,
    MonitoringRound round,
    RetrainCheck retrains,
    Alerts alerts,
    TimeProvider clock)
{
    private readonly MonitoringReports<ScheduleReport> _reports =
        new(store, "schedule", MonitoringJson.Readable.ScheduleReport);

    /// <summary>Checks every model, and writes a report for each whose schedule is due.</summary>
    /// <returns>The retrains to request.</returns>
    public Task<IReadOnlyList<RetrainRequest>> CheckAllAsync(CancellationToken cancellationToken) =>
        round.CheckAllAsync(_reports.Kind, CheckAsync, cancellationToken);

    /// <summary>Reads the newest report; null if the schedule was never due.</summary>
    public Task<ScheduleReport?> LatestAsync(string model, CancellationToken cancellationToken) =>
        _reports.ReadLatestAsync(model, cancellationToken);

    private async Task<RetrainRequest?> CheckAsync(string model, CancellationToken cancellationToken)
    {
        if (await ReadAsync(model, cancellationToken) is not var (settings, changedAt)) return null;
        var now = clock.GetUtcNow();
        // Where the host was off at a time of the schedule, one request makes up for all that were missed.
        var last = (await LatestAsync(model, cancellationToken))?.CheckedAt ?? changedAt;
        if (settings.NextAfter(last) is not { } due || due > now) return null;
        var version = await registry.FindServedAsync(model, cancellationToken);
        var obstacle = await retrains.FindObstacleAsync(model, cancellationToken);
        var whyNot = obstacle is null ? null : $"No retrain is requested. {obstacle}";
        await _reports.WriteAsync(
            model, now, new ScheduleReport(model, now, due, version, whyNot), cancellationToken);
        var what = string.Create(
            CultureInfo.InvariantCulture, $"training.schedule '{settings.Schedule}' was due at {due:u}.");
        if (whyNot is null)
        {
            await alerts.ResolveAsync(model, AlertKind.Schedule, cancellationToken);
            return new RetrainRequest(model, $"schedule: {what}");
        }

        await alerts.RaiseAsync(model, AlertKind.Schedule, version, what, cancellationToken, whyNot);
        return null;
    }

    /// <returns>The settings in effect and when model.json was changed; null without a schedule.</returns>
    private async Task<(TrainingSettings Settings, DateTimeOffset ChangedAt)?> ReadAsync(
        string model, CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(BlobPaths.Definition(model), cancellationToken);
        if (blob is null || blob.Properties.Length > DefinitionFile.MaxBytes) return null;
        var bytes = new byte[blob.Properties.Length];
        await blob.Content.ReadExactlyAsync(bytes, cancellationToken);
        // Most models have none: they are not worth parsing every minute.
        if (bytes.AsSpan().IndexOf("\"schedule\""u8) < 0) return null;
        var definition = ModelDefinitionReader.Read(bytes).Definition;
        if (definition is null
            && await registry.FindServedAsync(model, cancellationToken) is { } version
            && await registry.GetAsync(model, version, cancellationToken) is { } manifest)
        {
            // What was edited to something unusable keeps its last good settings.
            definition = (await definitions.ReadAsync(manifest, cancellationToken)).Definition;
        }

        return definition?.Training is { Schedule: not null } training
            ? (training, blob.Properties.LastModified)
            : null;
    }
}
