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
/// Judges every live roll-out by what all instances saw, and takes it a step further, to its end or back.
/// </summary>
public sealed class RolloutMonitor(
    BlobStore store,
    ModelRegistry registry,
    MonitoringRound round,
    RolloutLog log,
    FeedbackService feedback,
    Alerts alerts,
    TimeProvider clock)
{
    private const string Kind = "rollout";

    /// <summary>Looks at every model; those without a live roll-out cost one small read.</summary>
    public async Task AdvanceAllAsync(CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken);
        await round.CheckAllAsync(
            Kind,
            async (model, cancelled) =>
            {
                await AdvanceAsync(model, cancelled);
                return null;
            },
            cancellationToken);
    }

    /// <summary>The last judgement, null where there was none yet.</summary>
    public Task<RolloutReport?> LatestAsync(string model, CancellationToken cancellationToken) =>
        MonitoringReports.ReadLatestAsync(store, model, Kind, RolloutsJson.Readable.RolloutReport, cancellationToken);

    private async Task AdvanceAsync(string model, CancellationToken cancellationToken)
    {
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        if (aliases.LiveRollout is not { } rollout) return;
        var manifest = await registry.GetAsync(model, rollout.Version, cancellationToken)
            ?? throw new InvalidDataException(
                $"The manifest of version {rollout.Version} of {model}, which is rolled out, is gone.");

        var settings = manifest.Definition.Rollout;
        var task = manifest.Schema.Task;
        var outcomes = await feedback.ReadAsync(model, rollout.StepStartedAt, cancellationToken);
        var evidence = new RolloutEvidence(settings, task, outcomes);
        await foreach (var sketch in log.ReadAsync(model, rollout, cancellationToken)) evidence.Add(sketch);
        var metric = MetricCatalog.Find(manifest.Verdict.Metric, task) ?? MetricCatalog.Default(task);
        var report = RolloutJudge.Judge(model, rollout, settings, metric, evidence, clock.GetUtcNow());

        // The report and the alert first: whoever sees that a roll-out ended can read why, and a process that dies in
        // between leaves no roll-back without its alert. To raise it again is harmless.
        await MonitoringReports.WriteAsync(
            store, model, Kind, report.CheckedAt, report, RolloutsJson.Readable.RolloutReport, cancellationToken);
        if (report.Decision == RolloutDecision.RollBack)
        {
            await alerts.RaiseAsync(model, AlertKind.RollBack, rollout.Version, report.Reason, cancellationToken);
        }

        await registry.AdvanceRolloutAsync(model, rollout, report, settings, cancellationToken);
    }
}
