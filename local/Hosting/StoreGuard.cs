using Microsoft.Extensions.Logging;

namespace Serverless.Local.Hosting;

/// <summary>A store that fails for a while (full disk, no network) must not end a listener for good.</summary>
internal static class StoreGuard
{
    public static TimeSpan Pause => TimeSpan.FromSeconds(5);

    /// <summary>
    /// Does the work, again after a pause where it throws, until it works or the host stops. It is begun once even
    /// where the host stops already: what must be written then ignores the token.
    /// </summary>
    public static async Task UntilItWorksAsync(
        string function, Func<CancellationToken, Task> work, TimeProvider clock, ILogger logger, CancellationToken stop)
    {
        do
        {
            try
            {
                await work(stop);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.StoreFailed(e, function, Pause.TotalSeconds);
                await Task.Delay(Pause, clock, stop).IgnoringStop(stop);
            }
        }
        while (!stop.IsCancellationRequested);
    }

    /// <summary>A wait that ends early, and not with an exception, when the host stops.</summary>
    public static async Task IgnoringStop(this Task wait, CancellationToken stop)
    {
        try
        {
            await wait;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The loop around looks at the token.
        }
    }
}
