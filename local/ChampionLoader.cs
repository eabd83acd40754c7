using Microsoft.Extensions.Logging;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Local.Hosting;

namespace Serverless.Local;

/// <summary>
/// Loads the champions while the host starts, so that first requests find their models loaded or loading.
/// </summary>
internal sealed class ChampionLoader(
    ModelRegistry registry,
    ModelCache cache,
    ILogger<ChampionLoader> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Completes when each champion is loaded or has failed to load; never faults.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public Task Begin() => Ended = Task.Run(LoadAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Ended;
        _stop.Dispose();
    }

    private async Task LoadAsync()
    {
        try
        {
            foreach (var model in await registry.ListModelsAsync(_stop.Token))
            {
                await cache.RefreshAsync(model, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The host stops, or could not start.
        }
#pragma warning disable CA1031 // an edge: no caller could handle it, and each request loads its own model
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LoadingAheadFailed(e);
        }
    }
}
