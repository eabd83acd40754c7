using Serverless.Core.Alerting;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Traffic;
using Serverless.Core.Training;
using Serverless.Core.Truth;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;

namespace Serverless.Core.Monitoring;

/// <summary>Compares the traffic of the last hours with the champion's training data.</summary>
public sealed class DriftMonitor(
    BlobStore store,
    ModelRegistry registry,
    DefinitionFile definitions,
    MonitoringRound round,
    ModelCache cache,
    PredictionLog log,
    FeedbackService feedback,
    RetrainCheck retrains,
    Alerts alerts,
    TimeProvider clock)
{
    private readonly MonitoringReports<DriftReport> _reports =
        new(store, "drift", MonitoringJson.Readable.DriftReport);

    /// <summary>Checks every model that has a champion and writes a report for each.</summary>
    /// <returns>The retrains to request.</returns>
    public async Task<IReadOnlyList<RetrainRequest>> CheckAllAsync(CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken);
        return await round.CheckAllAsync(_reports.Kind, CheckAsync, cancellationToken);
    }

    /// <summary>Reads the newest report; null if there is none yet.</summary>
    public Task<DriftReport?> LatestAsync(string model, CancellationToken cancellationToken) =>
        _reports.ReadLatestAsync(model, cancellationToken);

    private async Task<RetrainRequest?> CheckAsync(string model, CancellationToken cancellationToken)
    {
        if (await DescribeAsync(model, cancellationToken) is not { } champion
            || await registry.GetAsync(model, champion.Version, cancellationToken) is not { } manifest)
        {
            return null;
        }

        var settings = (await definitions.ReadAsync(manifest, cancellationToken)).Definition.Drift;
        var now = clock.GetUtcNow();
        var from = now - TimeSpan.FromHours(settings.WindowHours);
        var outcomes = await feedback.ReadAsync(model, from, cancellationToken);
        var traffic = await WindowTraffic.ReadAsync(store, champion, (from, now), outcomes, cancellationToken);
        var report = Conclude(champion, settings, traffic, from, now) with
        {
            Performance = LivePerformanceMeter.Measure(champion.Signature, traffic.Answered, outcomes),
        };
        report = report with { NoRetrain = await WhyNoRetrainAsync(report, settings, cancellationToken) };
        await _reports.WriteAsync(model, now, report, cancellationToken);
        MonitoringTelemetry.Checked(report);
        return await ActAsync(report, settings, cancellationToken);
    }

    /// <summary>
    /// Describes the champion. Raises an alert if its description is unreadable, its model file is not the one named by
    /// its manifest, or this process failed to load it.
    /// </summary>
    /// <returns>
    /// The description of the champion, or of the version that answers here in its place; null without either.
    /// </returns>
    private async Task<ModelDescription?> DescribeAsync(string model, CancellationToken cancellationToken)
    {
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        if (aliases.Champion is not { } champion) return null;
        var isDangling = await TellDanglingAsync(model, aliases, cancellationToken);
        var found = await registry.FindServedAsync(model, aliases, cancellationToken);
        if (found is null && isDangling) return cache.FindCached(model)?.Description;
        var version = found ?? champion;
        try
        {
            var files = await registry.VerifyModelAsync(model, version, cancellationToken);
            var description = await registry.ReadDescriptionAsync(model, version, cancellationToken);
            return cache.FindUnreadable(model) is { } tried && tried.Version == version && tried.ETags == files
                ? await AlertAsync(tried.Why)
                : description;
        }
        catch (ModelFileException e)
        {
            return await AlertAsync(e.Message);
        }

        async Task<ModelDescription?> AlertAsync(string why)
        {
            var served = cache.FindCached(model);
            var state = served is null
                ? "instances with an earlier version loaded keep answering with it, and others do not answer"
                : $"version {served.Version} keeps answering";
            await alerts.RaiseAsync(
                model, AlertKind.UnreadableVersion, version, $"{why} Meanwhile {state}.", cancellationToken);
            return served?.Description;
        }
    }

    /// <summary>Tells of aliases whose version was deleted.</summary>
    /// <returns>Whether the champion is one of them.</returns>
    private async Task<bool> TellDanglingAsync(string model, Aliases aliases, CancellationToken cancellationToken)
    {
        var dangling = await registry.FindDanglingAsync(model, aliases, cancellationToken);
        if (dangling.Count == 0) await alerts.ResolveAsync(model, AlertKind.DanglingAlias, cancellationToken);
        foreach (var one in dangling)
        {
            await alerts.RaiseAsync(model, AlertKind.DanglingAlias, one.Version, one.Message, cancellationToken);
        }

        return dangling.Any(d => d.Alias == Alias.Champion);
    }

    private static DriftReport Conclude(
        ModelDescription champion,
        DriftSettings settings,
        WindowTraffic traffic,
        DateTimeOffset from,
        DateTimeOffset now)
    {
        var report = new DriftReport
        {
            Model = champion.Name,
            Version = champion.Version,
            CheckedAt = now,
            WindowFrom = from,
            Rows = traffic.Rows,
            Concluded = false,
            Features = [],
            Summary = $"Version {champion.Version} answered {traffic.Rows} predictions in the last "
                + $"{settings.WindowHours:0.#} hours; at least {settings.MinimumRows} are needed to conclude anything.",
        };
        if (traffic.Rows < settings.MinimumRows || traffic.Features is null) return report;

        var profile = champion.Profile;
        var features = profile.Features.Select(
            (f, i) => DriftDetector.Compare(f, traffic.Features[i], settings)).ToList();
        var drifted = features.Where(f => f.Drifted).ToList();
        var share = features.Count == 0 ? 0 : (double)drifted.Count / features.Count;
        var prediction = ComparePredictions(champion, traffic, settings);
        var summary = $"{drifted.Count} of {features.Count} features have drifted ({share:P0}; "
            + $"{settings.DriftShare:P0} counts as drift)";
        if (drifted.Count > 0)
        {
            summary += ": " + string.Join("; ", drifted.Take(5).Select(f => $"{f.Name}, where {f.Reason}"));
        }

        if (prediction?.Reason is { } reason) summary += $". The predictions have drifted too: {reason}";
        return report with
        {
            Concluded = true,
            Drifted = share >= settings.DriftShare,
            DriftedShare = share,
            Features = features,
            Prediction = prediction,
            Summary = summary + ".",
        };
    }

    private static ColumnDrift? ComparePredictions(
        ModelDescription champion, WindowTraffic traffic, DriftSettings settings)
    {
        var profile = champion.Profile;
        if (profile.Output is { } output && traffic.Output is not null)
        {
            return DriftDetector.Compare(output, traffic.Output, settings);
        }

        // The class of a prediction is a categorical column without unknown values.
        var classes = new FeatureProfile
        {
            Name = champion.Signature.Label,
            Type = ColumnType.Categorical,
            Rows = profile.PredictedClasses.Sum(),
            Missing = 0,
            Counts = [.. profile.PredictedClasses, 0],
        };
        return DriftDetector.Compare(
            classes, new ColumnSketch(0, [.. traffic.PredictedClasses, 0], null, null), settings);
    }

    /// <returns>Null without drift, and if a retrain may learn something new.</returns>
    private async Task<string?> WhyNoRetrainAsync(
        DriftReport report, DriftSettings settings, CancellationToken cancellationToken)
    {
        if (!report.Drifted) return null;
        if (settings.Action != DriftAction.Retrain)
        {
            var action = settings.Action.ToString().ToLowerInvariant();
            return $"No retrain is requested: drift.action in model.json is {action}.";
        }

        return await retrains.FindObstacleAsync(report.Model, cancellationToken) is { } obstacle
            ? $"No retrain is requested. {obstacle}"
            : null;
    }

    private async Task<RetrainRequest?> ActAsync(
        DriftReport report, DriftSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Action == DriftAction.Report) return null;
        if (report.Prediction is { Drifted: true })
        {
            await alerts.RaiseAsync(
                report.Model, AlertKind.PredictionDrift, report.Version, report.Summary, cancellationToken);
        }

        if (!report.Drifted) return null;
        var isNew = await alerts.RaiseAsync(
            report.Model, AlertKind.Drift, report.Version, report.Summary, cancellationToken, report.NoRetrain);
        return isNew && report.NoRetrain is null
            ? new RetrainRequest(report.Model, $"drift: {report.Summary}")
            : null;
    }
}
