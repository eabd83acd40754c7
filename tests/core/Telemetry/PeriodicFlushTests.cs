using System.Collections.Concurrent;
using Serverless.Core.Telemetry;
using Serverless.Tests;

namespace Serverless.Core.Tests.Telemetry;

public sealed class PeriodicFlushTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualClock _clock = new();
    private readonly ConcurrentQueue<Exception> _logged = new();
    private int _writes;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_writes_at_each_interval_and_once_more_at_the_end()
    {
        await using (var flush = Open(_ => Task.CompletedTask))
        {
            for (var i = 0; i < 3; i++)
            {
                _clock.Advance(Minute);
                await flush.Begin();
            }

            Assert.InRange(_writes, 3, 6); // one that is asked for may be one that the timer has begun
        }

        var all = _writes;
        Assert.InRange(all, 4, 7);
        _clock.Advance(Minute);
        Assert.Equal(all, _writes);
    }

    [Fact]
    public async Task A_failure_is_counted_and_logged_and_the_next_flush_tries_again()
    {
        using var recorder = new Recorder();
        var isAway = true;
        await using var flush = Open(_ => isAway ? throw new IOException("The store is away.") : Task.CompletedTask);

        await flush.Begin();
        Assert.Equal("The store is away.", Assert.Single(_logged).Message);
        Assert.Single(recorder.Measured, m => Equals(m.Tag("serverless.operation"), "a test"));
        await Assert.ThrowsAsync<IOException>(() => flush.FlushAsync(Cancelled));
        Assert.Single(_logged); // a caller was there to catch it

        isAway = false;
        await flush.Begin();
        Assert.Single(_logged);
    }

    [Fact]
    public async Task Flushes_do_not_run_at_once_and_do_not_pile_up()
    {
        var (underWay, most) = (0, 0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var flush = Open(async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref underWay));
            await gate.Task;
            Interlocked.Decrement(ref underWay);
        });
        var first = flush.Begin();
        Assert.Same(first, flush.Begin());
        var asked = flush.FlushAsync(Cancelled);
        _clock.Advance(Minute);

        gate.SetResult();
        await Task.WhenAll(first, asked);
        Assert.Equal(1, most);
        Assert.InRange(_writes, 2, 3);
    }

    private PeriodicFlush Open(Func<CancellationToken, Task> write) => new(
        _clock,
        Minute,
        cancelled =>
        {
            Interlocked.Increment(ref _writes);
            return write(cancelled);
        },
        "a test",
        _logged.Enqueue);
}
