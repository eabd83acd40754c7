using System.Collections.Concurrent;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Features;
using Serverless.Local.Hosting.Console;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local;

/// <summary>Prints the addresses to open and the commands to try, once the models are trained.</summary>
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

    /// <summary>Prints now, or once the samples that this start loaded have been trained on.</summary>
    public void Begin(Uri address)
    {
        _address = address;
        foreach (var model in samples.Loaded) _waitedFor[model] = true;
        if (_waitedFor.IsEmpty) _ = PrintAsync();
        else feed.Updated += OnUpdated;
    }

    private void OnUpdated(RunUpdate update)
    {
        // A failed run is retried, so only a completed or rejected one ends the wait for its model.
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
            // A link must not contain the key: the sign-in page asks for it, then opens the address after the #.
            var page = settings.Key is null ? site : $"{site}/sign-in#";
            var lines = new List<string> { "", $"dashboard     {page}/" };
            var key = settings.Key is null ? "" : " -H \"x-functions-key: $SERVERLESS_FUNCTION_KEY\"";
            ServedModel? any = null;
            foreach (var model in await registry.ListModelsAsync(CancellationToken.None))
            {
                if (await cache.RefreshAsync(model, CancellationToken.None) is not { } served) continue;
                // The model with the fewest fields gives the shortest command.
                if (any is null || served.Signature.Features.Count < any.Signature.Features.Count) any = served;
                lines.Add($"report        {page}/api/models/{model}/versions/{served.Version}/report");
            }

            if (any is not null)
            {
                // Within single quotes a shell takes every character literally, except the single quote.
                var row = ExampleRow.For(any.Model).Replace("'", @"'\''", StringComparison.Ordinal);
                lines.Add($"predict       curl{key} {site}/api/models/{any.Name}/predict -d '{row}'");
            }

            lines.Add($"drop data     {LocalStore.DropCommand(store, settings.Store)}");
            lines.Add($"check drift   curl{key} -X POST {site}/admin/functions/check-drift");
            lines.Add("stop          Ctrl-C");
            lines.Add("");
            foreach (var line in lines) console.WriteLine(line);
        }
#pragma warning disable CA1031 // an edge: a failure to print advice must not end the host
        catch (Exception e)
#pragma warning restore CA1031
        {
            console.WriteLine($"cannot list the addresses to try: {e.Message}");
        }
    }
}
