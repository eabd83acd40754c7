using System.Text;
using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Rollouts;
using Serverless.Core.Storage;
using Serverless.Core.Traffic;
using Serverless.Core.Training;

namespace Serverless.Web.Dashboard;

/// <summary>Collects the contents of the dashboard and writes its pages in UTF-8.</summary>
public sealed class DashboardService(
    BlobStore store,
    ModelRegistry registry,
    RunRecordStore runs,
    RunProgressStore underWay,
    RolloutMonitor rollouts,
    DriftMonitor drift,
    StalenessMonitor staleness,
    Alerts alerts,
    TimeProvider clock)
{
    /// <summary>Hash of the pages' only script, for the header <c>Content-Security-Policy</c>.</summary>
    public static string ScriptHash => DashboardAssets.ScriptHash;

    /// <summary>The overview of all models.</summary>
    public async Task<byte[]> OverviewAsync(CancellationToken cancellationToken)
    {
        var (models, unreadable) = (new List<ModelStatus>(), new List<UnreadableModel>());
        foreach (var model in await registry.ListModelsAsync(cancellationToken))
        {
            try
            {
                var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
                int?[] versions =
                    [aliases.Challenger, await registry.FindServedAsync(model, aliases, cancellationToken)];
                models.Add(await GatherAsync(
                    model, aliases, versions.OfType<int>().Distinct(), runsShown: 5, cancellationToken));
            }
            catch (InvalidDataException e)
            {
                unreadable.Add(new UnreadableModel(model, e.Message));
            }
        }

        var misnamed = await registry.ListMisnamedAsync(cancellationToken);
        var dropHint = $"{store.Location}/{BlobPaths.Dataset("your-model", "your.csv")}";
        return Encoding.UTF8.GetBytes(OverviewPage.Write(models, unreadable, misnamed, dropHint, clock.GetUtcNow()));
    }

    /// <summary>The page of one model; null if the model does not exist.</summary>
    public async Task<byte[]?> ModelAsync(string model, CancellationToken cancellationToken)
    {
        if (!await registry.ExistsAsync(model, cancellationToken)) return null;
        try
        {
            var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
            var versions = await registry.ListVersionsAsync(model, cancellationToken);
            var status = await GatherAsync(model, aliases, versions.Reverse(), runsShown: 20, cancellationToken);
            return Encoding.UTF8.GetBytes(ModelPage.Write(status, clock.GetUtcNow()));
        }
        catch (InvalidDataException e)
        {
            return Encoding.UTF8.GetBytes(ModelPage.Write(new UnreadableModel(model, e.Message), clock.GetUtcNow()));
        }
    }

    /// <summary>
    /// The page with a field for the function key. Contains nothing about models, so that it needs no key itself.
    /// </summary>
    public static byte[] SignIn() => Encoding.UTF8.GetBytes(SignInPage.Write());

    /// <summary>Reads all parts. A damaged blob hides only its part, which is listed as unreadable.</summary>
    private async Task<ModelStatus> GatherAsync(
        string model, Aliases aliases, IEnumerable<int> versions, int runsShown, CancellationToken cancellationToken)
    {
        var (manifests, unreadable) = (new List<Manifest>(), new List<UnreadablePart>());
        foreach (var version in versions)
        {
            if (await ReadAsync(
                nameof(ModelStatus.Versions), registry.GetAsync(model, version, cancellationToken)) is { } manifest)
            {
                manifests.Add(manifest);
            }
        }

        return new ModelStatus(
            model,
            aliases,
            await registry.FindServedAsync(model, aliases, cancellationToken),
            await registry.FindDanglingAsync(model, aliases, cancellationToken),
            manifests,
            await ReadAsync(nameof(ModelStatus.UnderWay), underWay.ListAsync(model, cancellationToken)) ?? [],
            await ReadAsync(nameof(ModelStatus.Runs), runs.ListNewestAsync(model, runsShown, cancellationToken)) ?? [],
            await ReadAsync(
                nameof(ModelStatus.Traffic), LiveTraffic.ReadAsync(store, model, clock.GetUtcNow(), cancellationToken))
                ?? LiveTraffic.None,
            aliases.Rollout is null
                ? null
                : await ReadAsync(nameof(ModelStatus.Judgement), rollouts.LatestAsync(model, cancellationToken)),
            await ReadAsync(nameof(ModelStatus.Drift), drift.LatestAsync(model, cancellationToken)),
            await ReadAsync(nameof(ModelStatus.Staleness), staleness.LatestAsync(model, cancellationToken)),
            [.. (await ReadAsync(nameof(ModelStatus.Alerts), alerts.ListAsync(model, Alerts.Shown, cancellationToken))
                ?? []).Reverse()],
            unreadable);

        async Task<T?> ReadAsync<T>(string part, Task<T> read)
            where T : class?
        {
            try
            {
                return await read;
            }
            catch (InvalidDataException e)
            {
                unreadable.Add(new UnreadablePart(part, e.Message));
                return null;
            }
        }
    }
}
