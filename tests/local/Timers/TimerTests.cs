using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Local.Hosting.Functions;
using Serverless.Tests;

namespace Serverless.Local.Tests.Timers;

public sealed class TimerFunctions(Probe probe)
{
    [Function("Hourly")]
    public Task Hourly([TimerTrigger("%Schedule%")] TimerInfo timer, CancellationToken stop) => probe.CallAsync(
        $"past due {timer.IsPastDue}, last {timer.ScheduleStatus?.Last:HH:mm}, next {timer.ScheduleStatus?.Next:HH:mm}",
        stop);
}

public sealed class EagerTimer(Probe probe)
{
    [Function("Eager")]
    public Task Eager(
        [TimerTrigger("0 0 * * * *", RunOnStartup = true, UseMonitor = false)] TimerInfo timer,
        CancellationToken stop) =>
        probe.CallAsync($"past due {timer.IsPastDue}, monitored {timer.ScheduleStatus is not null}", stop);
}

/// <summary>The clock starts at midnight.</summary>
public sealed class TimerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Probe _probe = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_timer_runs_at_each_occurrence_and_not_before()
    {
        await using var host = await StartAsync();
        await UntilDueAsync(host, "01:00");
        await AdvanceAsync(TimeSpan.FromMinutes(59));
        Assert.Empty(_probe.Calls);
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await UntilCallsAsync(1);
        await UntilSavedAsync("02:00");
        await AdvanceAsync(TimeSpan.FromHours(1));
        await UntilCallsAsync(2);
        Assert.Equal(
            ["past due False, last 00:00, next 01:00", "past due False, last 01:00, next 02:00"], _probe.Calls);
    }

    [Fact]
    public async Task Occurrences_missed_while_the_host_was_off_are_made_up_for_by_one_run()
    {
        await using (await StartAsync()) await UntilSavedAsync("01:00");
        _clock.Advance(TimeSpan.FromHours(5) + TimeSpan.FromMinutes(10));
        await using (await StartAsync())
        {
            await UntilCallsAsync(1);
            await UntilSavedAsync("06:00");
        }

        await using (var host = await StartAsync())
        {
            await UntilDueAsync(host, "06:00");
            await AdvanceAsync(TimeSpan.FromMinutes(50));
            await UntilCallsAsync(2);
        }

        Assert.Equal("past due True, last 00:00, next 01:00", _probe.Calls[0]);
        Assert.StartsWith("past due False", _probe.Calls[1]);
        Assert.Equal(2, _probe.Calls.Count);
    }

    [Fact]
    public async Task A_schedule_that_changed_counts_from_the_last_time_and_owes_nothing_of_the_old_one()
    {
        await using (await StartAsync()) await UntilSavedAsync("01:00");
        _clock.Advance(TimeSpan.FromHours(2));
        await using var host = await StartAsync("0 0 6 * * *");
        await UntilDueAsync(host, "06:00");
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(_probe.Calls);
        await AdvanceAsync(TimeSpan.FromHours(4));
        await UntilCallsAsync(1);
    }

    [Fact]
    public async Task After_a_start_with_the_clock_years_ahead_a_timer_goes_by_the_present_clock()
    {
        var ahead = new ManualClock(_clock.GetUtcNow().AddYears(10));
        await using (await StartAsync(clock: ahead)) await UntilSavedAsync("01:00");
        var host = await StartAsync();
        await using (host)
        {
            await UntilDueAsync(host, "2026-01-01T01:00");
            await AdvanceAsync(TimeSpan.FromHours(1));
            await UntilCallsAsync(1);
            await UntilSavedAsync("2026-01-01T02:00");
        }

        Assert.Equal(["past due False, last 00:00, next 01:00"], _probe.Calls);
        Assert.Contains("the clock was ahead", host.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_was_a_few_seconds_ahead_does_not_make_an_occurrence_run_twice()
    {
        await using (await StartAsync())
        {
            await UntilSavedAsync("01:00");
            await AdvanceAsync(TimeSpan.FromHours(1));
            await UntilCallsAsync(1);
            await UntilSavedAsync("02:00");
        }

        var corrected = new ManualClock(new DateTimeOffset(2026, 1, 1, 0, 59, 58, TimeSpan.Zero));
        await using var host = await StartAsync(clock: corrected);
        await UntilDueAsync(host, "02:00");
        corrected.Advance(TimeSpan.FromMinutes(1));
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Single(_probe.Calls);
    }

    [Fact]
    public async Task A_run_that_the_host_cut_short_is_still_owed()
    {
        _probe.OnCall = (_, stop) => Task.Delay(Timeout.Infinite, stop);
        await using (await StartAsync(drain: TimeSpan.Zero))
        {
            await UntilSavedAsync("01:00");
            await AdvanceAsync(TimeSpan.FromHours(1));
            await UntilCallsAsync(1);
        }

        _probe.OnCall = (_, _) => Task.CompletedTask;
        await using (await StartAsync()) await UntilCallsAsync(2);
        Assert.StartsWith("past due True", _probe.Calls[1]);
    }

    [Fact]
    public async Task A_run_that_failed_is_not_repeated_before_the_next_occurrence()
    {
        _probe.OnCall = (_, _) => throw new InvalidOperationException("no");
        await using var host = await StartAsync();
        await UntilDueAsync(host, "01:00");
        await AdvanceAsync(TimeSpan.FromHours(1));
        await UntilCallsAsync(1);
        await UntilSavedAsync("02:00");
        await AdvanceAsync(TimeSpan.FromMinutes(59));
        Assert.Single(_probe.Calls);
    }

    [Fact]
    public async Task Runs_never_overlap_however_late_they_end_or_often_they_are_asked_for()
    {
        var go = new TaskCompletionSource();
        var atOnce = 0;
        _probe.OnCall = async (_, _) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref atOnce));
            await go.Task;
            Interlocked.Decrement(ref atOnce);
        };
        await using var host = await StartAsync();
        await UntilDueAsync(host, "01:00");
        await host.RunNowAsync("Hourly");
        await UntilCallsAsync(1);
        await host.RunNowAsync("Hourly");
        await AdvanceAsync(TimeSpan.FromHours(3));
        Assert.Single(_probe.Calls);
        go.SetResult();
        await UntilCallsAsync(2);
        await UntilSavedAsync("04:00");
        var status = await host.StatusAsync();
        Assert.False(status.GetProperty("functions")[0].TryGetProperty("lastError", out _));
    }

    [Fact]
    public async Task A_timer_may_run_at_each_start_and_remember_nothing()
    {
        for (var i = 1; i <= 2; i++)
        {
            await using var host = await TestHost.StartAsync(
                _folder, [typeof(EagerTimer)], _probe, services: s => s.AddSingleton<TimeProvider>(_clock));
            await UntilCallsAsync(i);
        }

        Assert.Equal(["past due False, monitored False", "past due False, monitored False"], _probe.Calls);
        Assert.Empty(_folder.Files("host/timers"));
    }

    private Task<TestHost> StartAsync(
        string schedule = "0 0 * * * *", TimeSpan? drain = null, ManualClock? clock = null) => TestHost.StartAsync(
        _folder,
        [typeof(TimerFunctions)],
        _probe,
        with: s => s with
        {
            Values = new Dictionary<string, string?> { ["Schedule"] = schedule },
            Drain = drain ?? s.Drain,
        },
        services: s => s.AddSingleton<TimeProvider>(clock ?? _clock));

    /// <summary>Moves the clock, and gives whatever that woke the time to act.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        await Task.Delay(30, TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// The clock stands still, but a wait that begins just after it was moved needs a little more of it.
    /// </summary>
    private async Task UntilCallsAsync(int calls)
    {
        for (var i = 0; i < 500 && _probe.Calls.Count < calls; i++) await AdvanceAsync(TimeSpan.FromSeconds(2));
        await _probe.UntilAsync(calls);
    }

    private static async Task UntilDueAsync(TestHost host, string next)
    {
        while (true)
        {
            var function = (await host.StatusAsync()).GetProperty("functions")[0];
            if (function.TryGetProperty("nextRun", out var due)
                && due.GetString()!.Contains($"{next}:00", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private Task UntilSavedAsync(string next) => Until.TrueAsync(
        () => _folder.Files("host/timers") is [var file]
            && File.ReadAllText(file).Contains($"{next}:00", StringComparison.Ordinal),
        $"the state of a timer that is due at {next} next");
}
