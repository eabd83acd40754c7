using Microsoft.Extensions.Logging;

namespace Serverless.Local.Hosting;

/// <summary>Keeps listeners alive while the store fails (full disk, no network).</summary>
internal static class StoreGuard
{
    public static TimeSpan Pause => TimeSpan.FromSeconds(5);

    /// <summary>
    /// Retries the work, with a pause after each exception, until it succeeds or the host stops. Runs it once even if
    /// the host is stopping already: a write that must not be lost then ignores the token.
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

    /// <summary>Ends a wait early, without an exception, when the host stops.</summary>
    public static async Task IgnoringStop(this Task wait, CancellationToken stop)
    {
        try
        {
            await wait;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The caller checks the token.
        }
    }
}
