namespace Serverless.Core.Telemetry;

/// <summary>
/// Writes collected data at each interval, on demand, and at disposal, one flush at a time. Background failures are
/// counted and logged, and the next flush tries again.
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

    /// <param name="write">Writes all data collected so far.</param>
    /// <param name="operation">Name of a counted failure; see <see cref="Failures"/>.</param>
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

    /// <summary>Writes now; throws if that fails.</summary>
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
#pragma warning disable CA1031 // an edge: background work has no caller
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failures.Count(_operation, model: null, e);
            _log(e);
        }
    }

    /// <summary>Starts a background write unless one is in progress, so that flushes do not pile up.</summary>
    /// <returns>Completes with the flush in progress; never fails.</returns>
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
