namespace Serverless.Local.Hosting;

/// <summary>
/// Wakes one waiter. Change the state first, then call <see cref="Set"/>; the waiter reads the state afterwards.
/// </summary>
internal sealed class Signal
{
    private volatile TaskCompletionSource _set = New();

    public void Set() => _set.TrySetResult();

    /// <summary>Returns when set, now or since the last wait, or after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await _set.Task.WaitAsync(atMost, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The waiter reads the state again anyway.
        }

        if (_set.Task.IsCompleted) _set = New();
    }

    // The waiter must not run on the thread that sets.
    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
