using System.Text;
using Serverless.Monitoring;
using Serverless.Registry;
using Serverless.Runs;
using Serverless.Storage;

namespace Serverless.Dashboard;

/// <summary>Gathers what the dashboard shows.</summary>
public sealed class DashboardService(
    BlobStore store, ModelRegistry registry, RunRecords runs, DriftMonitor drift, StalenessMonitor staleness, Alerts alerts, TimeProvider clock)
{
    private const int RunsShown = 3;

    /// <returns>The page, UTF-8.</returns>
    public async Task<byte[]> RenderAsync(CancellationToken cancellationToken)
    {
        var models = new List<ModelStatus>();
        foreach (var model in await registry.ListModelsAsync(cancellationToken))
        {
            var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
            models.Add(new ModelStatus(
                model,
                aliases,
                aliases.Champion is { } version ? await registry.GetAsync(model, version, cancellationToken) : null,
                await runs.ListNewestAsync(model, RunsShown, cancellationToken),
                await drift.LatestAsync(model, cancellationToken),
                await staleness.LatestAsync(model, cancellationToken),
                await alerts.ListAsync(model, TimeSpan.FromDays(7), cancellationToken)));
        }

        return Encoding.UTF8.GetBytes(DashboardPage.Write(models, $"{store.Location}/{BlobPaths.Dataset("your-model", "your.csv")}", clock.GetUtcNow()));
    }
}
