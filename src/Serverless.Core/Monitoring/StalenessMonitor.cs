using Serverless.Core.Alerting;
using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Monitoring;

/// <summary>Watches each champion's age, and whether data arrived that no version was trained on.</summary>
public sealed class StalenessMonitor(
    BlobStore store,
    ModelRegistry registry,
    DefinitionFile definitions,
    MonitoringRound round,
    RetrainCheck retrains,
    Alerts alerts,
    TimeProvider clock)
{
    private readonly MonitoringReports<StalenessReport> _reports =
        new(store, "staleness", MonitoringJson.Readable.StalenessReport);

    /// <summary>Checks every model that has a champion and writes a report for each.</summary>
    /// <returns>The retrains to request.</returns>
    public Task<IReadOnlyList<RetrainRequest>> CheckAllAsync(CancellationToken cancellationToken) =>
        round.CheckAllAsync(_reports.Kind, CheckAsync, cancellationToken);

    /// <summary>Reads the newest report; null if there is none yet.</summary>
    public Task<StalenessReport?> LatestAsync(string model, CancellationToken cancellationToken) =>
        _reports.ReadLatestAsync(model, cancellationToken);

    private async Task<RetrainRequest?> CheckAsync(string model, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await registry.FindServedAsync(model, cancellationToken) is not { } version
            || await registry.GetAsync(model, version, cancellationToken) is not { } champion)
        {
            return null;
        }

        var newest = await ModelDataFiles.NewestAsync(store, model, cancellationToken);
        var trained = await NewestVersionAsync(model, cancellationToken);
        var unseen = newest is not null && newest.LastModified > trained;
        var (definition, problem) = await definitions.ReadAsync(champion, cancellationToken);
        await TellUnusableAsync(model, version, problem, cancellationToken);
        await TellMissingAsync(model, version, newest, definition.Freshness.ExpectedEvery(), cancellationToken);
        var settings = definition.Freshness;
        var age = (now - champion.CreatedAt).TotalDays;
        var stale = age > settings.MaxAgeDays;
        var summary = $"Version {version} is {age:0.#} days old ({settings.MaxAgeDays:0.#} are allowed); "
            + (unseen
                ? $"{newest!.Name} is newer than the newest version."
                : "there is no data that is newer than the newest version.");
        var whyNot = stale ? await WhyNoRetrainAsync(model, settings, unseen, cancellationToken) : null;
        var report = new StalenessReport(
            model, now, version, age, settings.MaxAgeDays, newest?.Name, newest?.LastModified, unseen, stale, summary,
            whyNot);
        await _reports.WriteAsync(model, now, report, cancellationToken);
        MonitoringTelemetry.Checked(report);
        if (!stale) return null;
        var isNew = await alerts.RaiseAsync(model, AlertKind.Staleness, version, summary, cancellationToken, whyNot);
        return isNew && whyNot is null ? new RetrainRequest(model, $"staleness: {summary}") : null;
    }

    /// <returns>Null if a retrain may learn something new.</returns>
    private async Task<string?> WhyNoRetrainAsync(
        string model, FreshnessSettings settings, bool unseen, CancellationToken cancellationToken)
    {
        if (!settings.Retrain) return "No retrain is requested: freshness.retrain in model.json is false.";
        if (await retrains.FindObstacleAsync(model, cancellationToken) is { } obstacle)
        {
            return $"No retrain is requested. {obstacle}";
        }

        return unseen
            ? null
            : "No retrain is requested. There is nothing new to learn from: no file came since the newest version was "
                + $"made. Drop new data under {BlobPaths.DatasetsOf(model)}.";
    }

    private async Task TellUnusableAsync(
        string model, int version, string? problem, CancellationToken cancellationToken)
    {
        if (problem is null) await alerts.ResolveAsync(model, AlertKind.UnusableDefinition, cancellationToken);
        else await alerts.RaiseAsync(model, AlertKind.UnusableDefinition, version, problem, cancellationToken);
    }

    /// <summary>Tells that no file came for longer than expected.</summary>
    private async Task TellMissingAsync(
        string model, int version, BlobProperties? newest, TimeSpan? expect, CancellationToken cancellationToken)
    {
        if (expect is not { } often || newest is null || clock.GetUtcNow() - newest.LastModified <= often)
        {
            await alerts.ResolveAsync(model, AlertKind.MissingFile, cancellationToken);
            return;
        }

        await alerts.RaiseAsync(
            model,
            AlertKind.MissingFile,
            version,
            $"Expected a file every {DurationText.Of(often)}, found none since {newest.Name} of "
                + $"{newest.LastModified:u}. Check what delivers it, or change freshness.expect in model.json.",
            cancellationToken);
    }

    private async Task<DateTimeOffset> NewestVersionAsync(string model, CancellationToken cancellationToken)
    {
        await foreach (var manifest in registry.ListAsync(model, cancellationToken)) return manifest.CreatedAt;
        return DateTimeOffset.MinValue;
    }
}
