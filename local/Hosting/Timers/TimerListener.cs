using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Local.Hosting.Functions;

namespace Serverless.Local.Hosting.Timers;

/// <summary>
/// Runs a function on its schedule, one run at a time. One run makes up for all occurrences that were missed while the
/// host was off or the machine asleep.
/// </summary>
internal sealed class TimerListener(
    FunctionDescriptor function,
    TimerTrigger trigger,
    BlobStore store,
    FunctionRunner runner,
    TimeProvider clock,
    ILogger logger) : TriggerListener(function)
{
    // A delay does not count the time that a laptop sleeps, so the wall clock is read this often.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(1);

    private readonly Signal _now = new();
    private int _requested;
    private bool _monitored;
    private CancellationToken _stop;
    private volatile TimerState? _state;

    public override DateTimeOffset? NextRun => _state?.Next;

    public override async Task RunAsync(CancellationToken stop)
    {
        _stop = stop;
        var now = clock.GetUtcNow();
        var next = NextAfter(now);

        // As on Azure, schedules of less than a minute are not monitored.
        _monitored = trigger.UseMonitor && NextAfter(next) - next >= TimeSpan.FromMinutes(1);
        TimerState? known = null;
        if (_monitored)
        {
            await StoreGuard.UntilItWorksAsync(
                Function.Name, async token => known = await ReadAsync(token), clock, logger, stop);
            if (stop.IsCancellationRequested) return;
        }

        // Computed anew, because the schedule may have changed since it was stored.
        var state = known is null
            ? new TimerState(Last: null, next, now)
            : known with { Next = NextAfter(known.LastUpdated) };
        if (known is null) await SaveAsync(state);
        state = await CorrectAsync(state, now);
        _state = state;
        if (state.Next <= now)
        {
            logger.PastDue(Function.Name, state.Next);
            state = await RunFunctionAsync(state, state.Next, isPastDue: true);
        }
        else if (trigger.RunOnStartup)
        {
            state = await RunFunctionAsync(state, now, isPastDue: false);
        }

        while (!stop.IsCancellationRequested)
        {
            now = clock.GetUtcNow();
            state = await CorrectAsync(state, now);
            if (Interlocked.Exchange(ref _requested, 0) != 0)
            {
                state = await RunFunctionAsync(state, now, isPastDue: false);
            }
            else if (state.Next <= now)
            {
                state = await RunFunctionAsync(state, state.Next, isPastDue: now - state.Next > LateAfter);
            }
            else
            {
                var wait = state.Next - now;
                await _now.WaitAsync(wait < MaxWait ? wait : MaxWait, clock, stop).IgnoringStop(stop);
            }
        }
    }

    public override Task<RunNowRefusal?> RunNowAsync(string? input, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _requested, 1);
        _now.Set();
        return Task.FromResult<RunNowRefusal?>(null);
    }

    private async Task<TimerState> RunFunctionAsync(TimerState state, DateTimeOffset due, bool isPastDue)
    {
        var info = new TimerInfo
        {
            IsPastDue = isPastDue,
            ScheduleStatus = _monitored
                ? new ScheduleStatus
                {
                    Last = state.Last?.UtcDateTime ?? default,
                    Next = state.Next.UtcDateTime,
                    LastUpdated = state.LastUpdated.UtcDateTime,
                }
                : null,
        };
        FunctionRunner.Bind(Function, _ => null, out var arguments);
        var outcome = await runner.TryRunAsync(Function, $"{due:u}", info, arguments);

        // An interrupted occurrence is run again at the next start. A failed one is not: the next one is its retry.
        if (outcome.IsInterrupted) return state;
        var now = clock.GetUtcNow();
        state = new TimerState(due, NextAfter(now), now);
        await SaveAsync(state);
        _state = state;
        return state;
    }

    /// <summary>
    /// Discards times that were stored while the clock was ahead; otherwise the timer might be due in years. Ignores
    /// small corrections of the clock: the occurrence has run already.
    /// </summary>
    private async Task<TimerState> CorrectAsync(TimerState state, DateTimeOffset now)
    {
        var next = NextAfter(now);
        var isAhead = state.LastUpdated - now > LateAfter && state.Next > next;
        if (!isAhead) return state;
        logger.ClockWasAhead(Function.Name, state.LastUpdated, now, state.Next, next);
        var corrected = new TimerState(state.Last <= now ? state.Last : null, next, now);
        await SaveAsync(corrected);
        _state = corrected;
        return corrected;
    }

    private DateTimeOffset NextAfter(DateTimeOffset time) =>
        new(trigger.Schedule.GetNextOccurrence(time.UtcDateTime), TimeSpan.Zero);

    private async Task<TimerState?> ReadAsync(CancellationToken cancellationToken)
    {
        var name = HostPaths.Timer(Function.Name);
        try
        {
            return await store.ReadAllAsync(name, maxBytes: 64 * 1024, cancellationToken) is var (bytes, _)
                ? JsonSerializer.Deserialize(bytes, HostJson.Default.TimerState)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            logger.Unreadable(name, e.Message);
            return null;
        }
    }

    private async Task SaveAsync(TimerState state)
    {
        if (!_monitored) return;
        var json = JsonSerializer.SerializeToUtf8Bytes(state, HostJson.Default.TimerState);
        await StoreGuard.UntilItWorksAsync(
            Function.Name,
            _ => store.WriteAsync(HostPaths.Timer(Function.Name), json, WriteCondition.Always, CancellationToken.None),
            clock,
            logger,
            _stop);
    }
}
