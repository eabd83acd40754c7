using System.Collections.Concurrent;

namespace Serverless.Local.Hosting;

/// <summary>
/// Tells runs to stop: when their caller goes, when the host aborts, when the time limit is over. The sources of their
/// tokens are used again, and one timer looks for overdue runs: a run costs no timer and no source of its own.
/// </summary>
internal sealed class RunStops : IDisposable
{
    // A run is stopped at most this share of the limit late.
    private const int LooksPerLimit = 20;

    private readonly CancellationTokenSource _abort = new();
    private readonly ConcurrentBag<RunStop> _idle = [];
    private readonly ConcurrentDictionary<RunStop, bool> _all = new();
    private readonly ITimer? _timer;
    private long _look;

    /// <param name="limit">Null: runs may take any time.</param>
    public RunStops(TimeSpan? limit, TimeProvider clock)
    {
        if (limit is not { } time) return;
        var period = time / LooksPerLimit;
        _timer = clock.CreateTimer(_ => StopOverdue(), null, period, period);
    }

    public bool IsAborted => _abort.IsCancellationRequested;

    /// <summary>Tells everything that runs to stop now.</summary>
    public void Abort() => _abort.Cancel();

    /// <param name="caller">Whoever waits for the run.</param>
    /// <returns>To be ended when the run has.</returns>
    public RunStop Begin(CancellationToken caller)
    {
        if (!_idle.TryTake(out var stop)) _all[stop = new RunStop(_abort.Token)] = true;
        // Told by looks, not by the clock, which every request would have to read. The next look may come at once.
        stop.Begin(Volatile.Read(ref _look) + LooksPerLimit + 1, caller);
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
        var look = Interlocked.Increment(ref _look);
        foreach (var (stop, _) in _all) stop.StopIfOverdue(look);
    }
}

/// <summary>The stop of one run.</summary>
internal sealed class RunStop : IDisposable
{
    private const long Ended = long.MinValue;
    private const long Overdue = long.MinValue + 1;

    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _aborted;
    private CancellationTokenRegistration _left;
    private long _lastLook = Ended;

    public RunStop(CancellationToken abort) => _aborted = abort.UnsafeRegister(Cancel, this);

    public CancellationToken Token => _source.Token;

    /// <summary>It took longer than allowed.</summary>
    public bool IsOverdue => Volatile.Read(ref _lastLook) == Overdue;

    /// <param name="lastLook">The one at which it is overdue.</param>
    public void Begin(long lastLook, CancellationToken caller)
    {
        Volatile.Write(ref _lastLook, lastLook);
        _left = caller.UnsafeRegister(Cancel, this);
    }

    /// <returns>Whether it can serve another run.</returns>
    public bool TryEnd()
    {
        _left.Dispose();
        return Interlocked.Exchange(ref _lastLook, Ended) != Overdue && _source.TryReset();
    }

    /// <summary>The exchange makes sure that this is still the run that was looked at.</summary>
    public void StopIfOverdue(long look)
    {
        var lastLook = Volatile.Read(ref _lastLook);
        if (lastLook is Ended or Overdue || lastLook > look) return;
        if (Interlocked.CompareExchange(ref _lastLook, Overdue, lastLook) == lastLook) _source.Cancel();
    }

    public void Dispose()
    {
        _aborted.Dispose();
        _source.Dispose();
    }

    private static void Cancel(object? stop) => ((RunStop)stop!)._source.Cancel();
}
