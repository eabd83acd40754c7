namespace Serverless.Core.Telemetry;

/// <summary>
/// Writes what this process has collected: at each interval, on demand, and once more at the end. One flush runs at a
/// time. In the background, where no caller can catch it, a failure is counted and logged; the next flush tries again.
/// </summary>
internal sealed class PeriodicFlush : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task> _write;
    private readonly string _operation;
    private readonly Action<Exception> _log;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _flushing = new(1);
    private readonly ITimer _timer;
    private Task _background = Task.CompletedTask;

    /// <param name="write">Writes all that was collected so far.</param>
    /// <param name="operation">As what a failure is counted, see <see cref="Failures"/>.</param>
    /// <param name="log">Logs a failure.</param>
    public PeriodicFlush(
        TimeProvider clock,
        TimeSpan interval,
        Func<CancellationToken, Task> write,
        string operation,
        Action<Exception> log)
    {
        (_write, _operation, _log) = (write, operation, log);
        _timer = clock.CreateTimer(_ => _ = Begin(), null, interval, interval);
    }

    /// <summary>Writes now; fails as the writing does.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            await _write(cancellationToken);
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <summary>Writes now; never fails.</summary>
    public async Task TryFlushAsync()
    {
        try
        {
            await FlushAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // an edge: nothing above it could catch
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failures.Count(_operation, model: null, e);
            _log(e);
        }
    }

    /// <summary>Begins to write in the background, unless that is under way: flushes do not pile up.</summary>
    /// <returns>The end of the flush that is under way; it does not fail.</returns>
    public Task Begin()
    {
        lock (_lock)
        {
            if (_background.IsCompleted) _background = Task.Run(TryFlushAsync);
            return _background;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _background;
        await TryFlushAsync();
        _flushing.Dispose();
    }
}
