namespace Serverless.Local.Hosting;

/// <summary>
/// Wakes one waiter. Change the state first, then set; the waiter looks at the state after it was woken.
/// </summary>
internal sealed class Signal
{
    private volatile TaskCompletionSource _set = New();

    public void Set() => _set.TrySetResult();

    /// <summary>Returns when set, now or since the last wait, or when the time has passed.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await _set.Task.WaitAsync(atMost, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The time has passed, which is as good a reason to look again.
        }

        if (_set.Task.IsCompleted) _set = New();
    }

    // The waiter must not run on the thread that sets.
    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
