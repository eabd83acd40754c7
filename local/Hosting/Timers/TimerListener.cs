using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Storage;

namespace Serverless.Local.Hosting;

/// <summary>
/// Runs a function on its schedule, never twice at once. Occurrences that were missed while the host was off, or the
/// machine asleep, are made up for by one run.
/// </summary>
internal sealed class TimerListener(
    FunctionDescriptor function,
    TimerTrigger trigger,
    BlobStore store,
    FunctionRunner runner,
    TimeProvider clock,
    ILogger logger) : TriggerListener(function)
{
    // A delay does not count the time that a laptop sleeps, so the clock on the wall is asked this often.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(1);

    private readonly Signal _now = new();
    private int _asked;
    private bool _monitored;
    private CancellationToken _stop;
    private TimerState _state = null!;

    public override async Task RunAsync(CancellationToken stop)
    {
        _stop = stop;
        var now = clock.GetUtcNow();
        var next = NextAfter(now);

        // As on Azure: what comes round within a minute is not worth making up for.
        _monitored = trigger.UseMonitor && NextAfter(next) - next >= TimeSpan.FromMinutes(1);
        TimerState? known = null;
        if (_monitored)
        {
            await StoreGuard.UntilItWorksAsync(
                Function.Name, async token => known = await ReadAsync(token), clock, logger, stop);
            if (stop.IsCancellationRequested) return;
        }

        // Not the next time as it was stored: the schedule may have changed since.
        _state = known is null ? new TimerState(Last: null, next, now) : known with { Next = NextAfter(known.LastUpdated) };
        if (known is null) await SaveAsync();
        if (_state.Next <= now)
        {
            logger.PastDue(Function.Name, _state.Next);
            await RunFunctionAsync(_state.Next, isPastDue: true);
        }
        else if (trigger.RunOnStartup)
        {
            await RunFunctionAsync(now, isPastDue: false);
        }

        while (!stop.IsCancellationRequested)
        {
            now = clock.GetUtcNow();
            if (Interlocked.Exchange(ref _asked, 0) != 0) await RunFunctionAsync(now, isPastDue: false);
            else if (_state.Next <= now) await RunFunctionAsync(_state.Next, isPastDue: now - _state.Next > LateAfter);
            else
            {
                var wait = _state.Next - now;
                await _now.WaitAsync(wait < LongestWait ? wait : LongestWait, clock, stop).IgnoringStop(stop);
            }
        }
    }

    public override Task<RunNowRefusal?> RunNowAsync(string? input, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _asked, 1);
        _now.Set();
        return Task.FromResult<RunNowRefusal?>(null);
    }

    private async Task RunFunctionAsync(DateTimeOffset due, bool isPastDue)
    {
        var info = new TimerInfo
        {
            IsPastDue = isPastDue,
            ScheduleStatus = _monitored
                ? new ScheduleStatus
                {
                    Last = _state.Last?.UtcDateTime ?? default,
                    Next = _state.Next.UtcDateTime,
                    LastUpdated = _state.LastUpdated.UtcDateTime,
                }
                : null,
        };
        FunctionRunner.Bind(Function, _ => null, out var arguments);
        var outcome = await runner.TryRunAsync(Function, $"{due:u}", info, arguments);

        // An occurrence that the host cut short is still owed. One that failed is not: the next one is its retry.
        if (outcome.IsInterrupted) return;
        var now = clock.GetUtcNow();
        _state = new TimerState(due, NextAfter(now), now);
        await SaveAsync();
    }

    private DateTimeOffset NextAfter(DateTimeOffset time) =>
        new(trigger.Schedule.GetNextOccurrence(time.UtcDateTime), TimeSpan.Zero);

    private async Task<TimerState?> ReadAsync(CancellationToken cancellationToken)
    {
        var name = HostPaths.Timer(Function.Name);
        try
        {
            return await store.ReadAllAsync(name, maximumBytes: 64 * 1024, cancellationToken) is var (bytes, _)
                ? JsonSerializer.Deserialize(bytes, HostJson.Default.TimerState)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            logger.Unreadable(name, e.Message);
            return null;
        }
    }

    private async Task SaveAsync()
    {
        if (!_monitored) return;
        var json = JsonSerializer.SerializeToUtf8Bytes(_state, HostJson.Default.TimerState);
        await StoreGuard.UntilItWorksAsync(
            Function.Name,
            _ => store.WriteAsync(HostPaths.Timer(Function.Name), json, WriteCondition.Always, CancellationToken.None),
            clock,
            logger,
            _stop);
    }
}
