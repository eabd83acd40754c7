using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Truth;
using Serverless.Learning.Definition;
using Serverless.Learning.Gate;
using Serverless.Learning.Metrics;

namespace Serverless.Core.Rollouts;

/// <summary>
/// Judges every live roll-out by the observations of all instances, and advances it, completes it or rolls it back.
/// </summary>
public sealed class RolloutMonitor(
    BlobStore store,
    ModelRegistry registry,
    DefinitionFile definitions,
    MonitoringRound round,
    RolloutLog log,
    FeedbackService feedback,
    Alerts alerts,
    TimeProvider clock)
{
    private readonly MonitoringReports<RolloutReport> _reports =
        new(store, "rollout", RolloutsJson.Readable.RolloutReport);

    /// <summary>Checks every model; one without a live roll-out costs a small read.</summary>
    public async Task AdvanceAllAsync(CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken);
        await round.CheckAllAsync(
            _reports.Kind,
            async (model, cancelled) =>
            {
                await AdvanceAsync(model, cancelled);
                return null;
            },
            cancellationToken);
    }

    /// <summary>Reads the last judgement; null if there is none yet.</summary>
    public Task<RolloutReport?> LatestAsync(string model, CancellationToken cancellationToken) =>
        _reports.ReadLatestAsync(model, cancellationToken);

    private async Task AdvanceAsync(string model, CancellationToken cancellationToken)
    {
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        if (aliases.LiveRollout is not { } rollout) return;
        var manifest = await registry.GetAsync(model, rollout.Version, cancellationToken)
            ?? throw new InvalidDataException(
                $"The manifest of version {rollout.Version} of {model}, which is being rolled out, is missing.");

        var settings = (await definitions.ReadAsync(manifest, cancellationToken)).Definition.Rollout;
        var task = manifest.Schema.Task;
        var outcomes = await feedback.ReadAsync(model, rollout.StepStartedAt, cancellationToken);
        var evidence = new RolloutEvidence(settings, task, outcomes);
        await foreach (var sketch in log.ReadAsync(model, rollout, cancellationToken)) evidence.Add(sketch);
        var metric = MetricCatalog.Find(manifest.Verdict.Metric, task) ?? MetricCatalog.Default(task);
        var report = RolloutJudge.Judge(model, rollout, metric, evidence, clock.GetUtcNow());

        // Writes the report and the alert first: an ended roll-out always has a readable reason, and a crash in between
        // leaves no roll-back without an alert. Raising the alert again is harmless.
        await _reports.WriteAsync(model, report.CheckedAt, report, cancellationToken);
        if (report.Decision == RolloutDecision.RollBack)
        {
            await alerts.RaiseAsync(model, AlertKind.RollBack, rollout.Version, report.Reason, cancellationToken);
        }

        await registry.AdvanceRolloutAsync(model, rollout, report, settings, cancellationToken);
    }
}
