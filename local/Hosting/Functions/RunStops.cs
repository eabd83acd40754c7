using System.Collections.Concurrent;

namespace Serverless.Local.Hosting.Functions;

/// <summary>
/// Cancels runs when their caller disconnects, the host aborts, or the time limit passes. Reuses the sources of their
/// tokens and finds overdue runs with one timer, so that a run allocates neither.
/// </summary>
internal sealed class RunStops : IDisposable
{
    // The timer fires this often per time limit; a run is cancelled at most one period late.
    private const int TicksPerLimit = 20;

    private readonly CancellationTokenSource _abort = new();
    private readonly ConcurrentBag<RunStop> _idle = [];
    private readonly ConcurrentDictionary<RunStop, bool> _all = new();
    private readonly ITimer? _timer;
    private long _tick;

    /// <param name="limit">Null sets no limit.</param>
    public RunStops(TimeSpan? limit, TimeProvider clock)
    {
        if (limit is not { } time) return;
        var period = time / TicksPerLimit;
        _timer = clock.CreateTimer(_ => StopOverdue(), null, period, period);
    }

    public bool IsAborted => _abort.IsCancellationRequested;

    /// <summary>Cancels all runs.</summary>
    public void Abort() => _abort.Cancel();

    /// <param name="caller">Cancelled when the caller disconnects.</param>
    /// <returns>To pass to <see cref="End"/> after the run.</returns>
    public RunStop Begin(CancellationToken caller)
    {
        if (!_idle.TryTake(out var stop)) _all[stop = new RunStop(_abort.Token)] = true;
        // Counts ticks of the timer, so that a request need not read the clock. One extra: the next tick may be near.
        stop.Begin(Volatile.Read(ref _tick) + TicksPerLimit + 1, caller);
        return stop;
    }

    public void End(RunStop stop)
    {
        if (stop.TryEnd())
        {
            _idle.Add(stop);
            return;
        }

        _all.TryRemove(stop, out _);
        stop.Dispose();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _abort.Dispose();
        foreach (var stop in _all.Keys) stop.Dispose();
    }

    private void StopOverdue()
    {
        var tick = Interlocked.Increment(ref _tick);
        foreach (var (stop, _) in _all) stop.StopIfOverdue(tick);
    }
}

/// <summary>The cancellation of one run.</summary>
internal sealed class RunStop : IDisposable
{
    private const long Ended = long.MinValue;
    private const long Overdue = long.MinValue + 1;

    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _aborted;
    private CancellationTokenRegistration _left;
    private long _deadline = Ended;

    public RunStop(CancellationToken abort) => _aborted = abort.UnsafeRegister(Cancel, this);

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the run exceeded the time limit.</summary>
    public bool IsOverdue => Volatile.Read(ref _deadline) == Overdue;

    /// <param name="deadline">The tick at which the run is overdue.</param>
    public void Begin(long deadline, CancellationToken caller)
    {
        Volatile.Write(ref _deadline, deadline);
        _left = caller.UnsafeRegister(Cancel, this);
    }

    /// <returns>Whether this instance can be reused.</returns>
    public bool TryEnd()
    {
        _left.Dispose();
        return Interlocked.Exchange(ref _deadline, Ended) != Overdue && _source.TryReset();
    }

    /// <summary>Cancels an overdue run. The exchange fails if that run has ended and another has begun.</summary>
    public void StopIfOverdue(long tick)
    {
        var deadline = Volatile.Read(ref _deadline);
        if (deadline is Ended or Overdue || deadline > tick) return;
        if (Interlocked.CompareExchange(ref _deadline, Overdue, deadline) == deadline) _source.Cancel();
    }

    public void Dispose()
    {
        _aborted.Dispose();
        _source.Dispose();
    }

    private static void Cancel(object? stop) => ((RunStop)stop!)._source.Cancel();
}
