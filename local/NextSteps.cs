using System.Collections.Concurrent;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Features;
using Serverless.Local.Hosting;

namespace Serverless.Local;

/// <summary>Tells, once the models are there, which addresses to open and which commands to try.</summary>
internal sealed class NextSteps(
    SampleLoader samples,
    ChampionLoader champions,
    ModelRegistry registry,
    ModelCache cache,
    BlobStore store,
    RunFeed feed,
    RunConsole console,
    HostSettings settings)
{
    private readonly ConcurrentDictionary<string, bool> _waitedFor = new();
    private Uri _address = new("about:blank");

    /// <summary>Prints at once, or when the samples that were just dropped have been trained on.</summary>
    public void Begin(Uri address)
    {
        _address = address;
        foreach (var model in samples.Loaded) _waitedFor[model] = true;
        if (_waitedFor.IsEmpty) _ = PrintAsync();
        else feed.Updated += OnUpdated;
    }

    private void OnUpdated(RunUpdate update)
    {
        // A failed run is tried again; its model is waited for until it ends well.
        if (update.Stage is not (RunStage.Completed or RunStage.Rejected)) return;
        if (!_waitedFor.TryRemove(update.Model, out _) || !_waitedFor.IsEmpty) return;
        feed.Updated -= OnUpdated;
        _ = PrintAsync();
    }

    private async Task PrintAsync()
    {
        try
        {
            await champions.Ended;
            var site = _address.GetLeftPart(UriPartial.Authority);
            // An address cannot carry the key: the page behind this one sends it.
            var page = settings.Key is null ? site : $"{site}/sign-in#";
            var lines = new List<string> { "", $"dashboard     {page}/" };
            var key = settings.Key is null ? "" : " -H \"x-functions-key: $SERVERLESS_FUNCTION_KEY\"";
            ServedModel? any = null;
            foreach (var model in await registry.ListModelsAsync(CancellationToken.None))
            {
                if (await cache.RefreshAsync(model, CancellationToken.None) is not { } served) continue;
                // The one with the fewest fields makes the shortest line.
                if (any is null || served.Signature.Features.Count < any.Signature.Features.Count) any = served;
                lines.Add($"report        {page}/api/models/{model}/versions/{served.Version}/report");
            }

            if (any is not null)
            {
                // In single quotes a shell leaves everything as it is but a single quote.
                var row = ExampleRow.For(any.Model).Replace("'", @"'\''", StringComparison.Ordinal);
                lines.Add($"predict       curl{key} {site}/api/models/{any.Name}/predict -d '{row}'");
            }

            lines.Add($"drop data     {LocalStore.DropCommand(store, settings.Store)}");
            lines.Add($"check drift   curl{key} -X POST {site}/admin/functions/check-drift");
            lines.Add("stop          Ctrl-C");
            lines.Add("");
            foreach (var line in lines) console.WriteLine(line);
        }
#pragma warning disable CA1031 // an edge: advice that cannot be given must not end the host
        catch (Exception e)
#pragma warning restore CA1031
        {
            console.WriteLine($"the addresses to try could not be listed: {e.Message}");
        }
    }
}
