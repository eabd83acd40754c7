using System.Text;
using Serverless.Monitoring;
using Serverless.Registry;
using Serverless.Rollouts;
using Serverless.Runs;
using Serverless.Storage;

namespace Serverless.Dashboard;

/// <summary>Gathers what the dashboard shows, and writes its pages in UTF-8.</summary>
public sealed class DashboardService(
    BlobStore store,
    ModelRegistry registry,
    RunRecords runs,
    RunsUnderWay underWay,
    RolloutMonitor rollouts,
    DriftMonitor drift,
    StalenessMonitor staleness,
    Alerts alerts,
    TimeProvider clock)
{
    private static readonly TimeSpan AlertsShown = TimeSpan.FromDays(7);

    /// <summary>For the header <c>Content-Security-Policy</c>: the pages' only script.</summary>
    public static string ScriptHash => DashboardAssets.ScriptHash;

    /// <summary>Every model at a glance.</summary>
    public async Task<byte[]> OverviewAsync(CancellationToken cancellationToken)
    {
        var models = new List<ModelStatus>();
        foreach (var model in await registry.ListModelsAsync(cancellationToken))
        {
            var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
            var versions = new List<Manifest>();
            foreach (var version in new[] { aliases.Challenger, aliases.Champion }.OfType<int>().Distinct())
            {
                if (await registry.GetAsync(model, version, cancellationToken) is { } manifest) versions.Add(manifest);
            }

            models.Add(await GatherAsync(model, aliases, versions, runsShown: 5, cancellationToken));
        }

        var dropHint = $"{store.Location}/{BlobPaths.Dataset("your-model", "your.csv")}";
        return Encoding.UTF8.GetBytes(OverviewPage.Write(models, dropHint, clock.GetUtcNow()));
    }

    /// <summary>Everything about one model; null where nobody ever dropped anything for it.</summary>
    public async Task<byte[]?> ModelAsync(string model, CancellationToken cancellationToken)
    {
        if (!await registry.ExistsAsync(model, cancellationToken)) return null;
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        var versions = new List<Manifest>();
        await foreach (var manifest in registry.ListAsync(model, cancellationToken)) versions.Add(manifest);
        var status = await GatherAsync(model, aliases, versions, runsShown: 20, cancellationToken);
        return Encoding.UTF8.GetBytes(ModelPage.Write(status, clock.GetUtcNow()));
    }

    /// <summary>
    /// Where someone who needs a function key gives it. The page knows nothing of any model, so that it may be shown to
    /// everyone.
    /// </summary>
    public static byte[] SignIn() => Encoding.UTF8.GetBytes(SignInPage.Write());

    private async Task<ModelStatus> GatherAsync(
        string model, Aliases aliases, IReadOnlyList<Manifest> versions, int runsShown, CancellationToken cancellationToken) => new(
            model,
            aliases,
            versions,
            await underWay.ListAsync(model, cancellationToken),
            await runs.ListNewestAsync(model, runsShown, cancellationToken),
            await LiveTraffic.ReadAsync(store, model, clock.GetUtcNow(), cancellationToken),
            aliases.Rollout is null ? null : await rollouts.LatestAsync(model, cancellationToken),
            await drift.LatestAsync(model, cancellationToken),
            await staleness.LatestAsync(model, cancellationToken),
            [.. (await alerts.ListAsync(model, AlertsShown, cancellationToken)).Reverse()]);
}
