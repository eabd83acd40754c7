using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Core.Storage;
using Serverless.Local.Hosting;
using Serverless.Local.Hosting.Blobs;
using Serverless.Local.Hosting.Settings;
using Serverless.Tests;

namespace Serverless.Local.Tests.Blobs;

public sealed class BlobFailureTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Probe _probe = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_blob_that_fails_five_times_is_given_up_with_a_record_until_it_changes()
    {
        _folder.Drop("datasets/bikes/a.csv", "bad");
        _probe.OnCall = (call, _) => call.EndsWith("bad", StringComparison.Ordinal)
            ? throw new InvalidDataException("no rows")
            : Task.CompletedTask;
        await using (var host = await StartAsync())
        {
            await _probe.UntilAsync(calls: 5);
            await host.UntilIdleAsync();
            var function = (await host.StatusAsync()).GetProperty("functions")[0];
            Assert.Equal("no rows", function.GetProperty("lastError").GetString());
        }

        var record =
            JsonDocument.Parse(File.ReadAllText(Assert.Single(_folder.Files("host/poison/OnDataset")))).RootElement;
        Assert.Equal("datasets/bikes/a.csv", record.GetProperty("name").GetString());
        Assert.Contains(
            "5 of 5 attempts failed, the last with InvalidDataException: no rows",
            record.GetProperty("reason").GetString());

        await using (var host = await StartAsync())
        {
            await host.UntilIdleAsync();
            Assert.Equal(5, _probe.Calls.Count);
            _folder.Drop("datasets/bikes/a.csv", "good");
            await _probe.UntilAsync(calls: 6);
            await host.UntilIdleAsync();
        }

        Assert.Equal("bikes a.csv good", _probe.Calls[^1]);
        Assert.Empty(_folder.Files("host/poison"));
    }

    [Fact]
    public async Task Failed_tries_count_over_a_restart()
    {
        _folder.Drop("datasets/bikes/a.csv", "bad");
        _probe.OnCall = (_, _) => throw new InvalidDataException("no rows");
        await using (await StartAsync(s => s with { BlobRetry = TimeSpan.FromDays(1) }))
        {
            await _probe.UntilAsync(calls: 1);
            await Until.TrueAsync(() => Receipt()?.Attempts.Failures == 1, "a receipt of the failed try");
        }

        await using (var host = await StartAsync())
        {
            await _probe.UntilAsync(calls: 5);
            await host.UntilIdleAsync();
        }

        Assert.Equal(5, _probe.Calls.Count);
    }

    [Fact]
    public async Task A_run_that_the_host_cuts_short_is_taken_up_by_the_next_start_and_is_no_failed_try()
    {
        _folder.Drop("datasets/bikes/a.csv", "1");
        _probe.OnCall = (_, stop) => Task.Delay(Timeout.Infinite, stop);
        for (var i = 1; i <= 6; i++)
        {
            await using var host = await StartAsync(s => s with { Drain = TimeSpan.Zero });
            await _probe.UntilAsync(calls: i);
        }

        Assert.Equal(new Attempts(), Receipt()!.Attempts);
        _probe.OnCall = (_, _) => Task.CompletedTask;
        await using (var host = await StartAsync())
        {
            await _probe.UntilAsync(calls: 7);
            await host.UntilIdleAsync();
        }

        Assert.Equal(ReceiptOutcome.Succeeded, Receipt()!.Outcome);
    }

    [Fact]
    public async Task A_run_that_may_end_within_the_drain_does()
    {
        _folder.Drop("datasets/bikes/a.csv", "1");
        var go = new TaskCompletionSource();
        _probe.OnCall = (_, stop) => go.Task.WaitAsync(stop);
        await using var host = await StartAsync();
        await _probe.UntilAsync(calls: 1);
        var stopping = host.Host.StopAsync();
        _folder.Drop("datasets/bikes/b.csv", "2");
        go.SetResult();
        await stopping;
        Assert.Equal(ReceiptOutcome.Succeeded, Receipt()!.Outcome);
        Assert.Single(_probe.Calls);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(Attempts.MaxAbandoned - 1, false)]
    public async Task A_blob_whose_run_was_killed_with_the_host_is_tried_again_but_not_for_ever(
        int abandoned, bool runs)
    {
        // What a killed host leaves: a receipt of a run that began.
        _folder.Drop("datasets/bikes/a.csv", "1");
        _probe.OnCall = (_, stop) => Task.Delay(Timeout.Infinite, stop);
        await using (await StartAsync(s => s with { Drain = TimeSpan.Zero })) await _probe.UntilAsync(calls: 1);
        var left = Receipt()! with { Attempts = new Attempts { Running = true, Abandoned = abandoned } };
        File.WriteAllText(ReceiptFile, JsonSerializer.Serialize(left, HostJson.Default.Receipt));

        _probe.OnCall = (_, _) => Task.CompletedTask;
        await using (var host = await StartAsync())
        {
            // Nothing is pending before the first scan either.
            await Until.TrueAsync(() => Receipt()!.Outcome != ReceiptOutcome.Pending, "an outcome");
            await host.UntilIdleAsync();
        }

        Assert.Equal(runs ? 2 : 1, _probe.Calls.Count);
        Assert.Equal(runs ? ReceiptOutcome.Succeeded : ReceiptOutcome.Poisoned, Receipt()!.Outcome);
        Assert.Equal(abandoned + 1, Receipt()!.Attempts.Abandoned);
        Assert.Equal(runs ? 0 : 1, _folder.Files("host/poison").Length);
    }

    [Fact]
    public async Task A_try_is_on_record_before_it_begins()
    {
        _folder.Drop("datasets/bikes/a.csv", "1");
        Receipt? during = null;
        _probe.OnCall = (_, _) =>
        {
            during = Receipt();
            return Task.CompletedTask;
        };
        await using (var host = await StartAsync())
        {
            await _probe.UntilAsync(calls: 1);
            await host.UntilIdleAsync();
        }

        Assert.True(during!.Attempts.Running);
    }

    [Fact]
    public async Task A_receipt_that_cannot_be_read_is_told_and_the_blob_runs_again()
    {
        _folder.Drop("datasets/bikes/a.csv", "1");
        await using (var first = await StartAsync())
        {
            await _probe.UntilAsync(calls: 1);
            await first.UntilIdleAsync();
        }

        File.WriteAllText(ReceiptFile, "{");
        var host = await StartAsync();
        await using (host) await _probe.UntilAsync(calls: 2);
        Assert.Contains("which counts as missing", host.Output.ToString());
    }

    [Fact]
    public async Task A_function_does_not_run_while_its_try_cannot_be_put_on_record()
    {
        var full = true;
        var store = new SilentStore(_folder.Path)
        {
            FailsWrite = name => full && name.StartsWith("host/receipts/", StringComparison.Ordinal),
        };
        var clock = new ManualClock(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1));
        _folder.Drop("datasets/bikes/a.csv", "1");
        await using var host = await TestHost.StartAsync(
            _folder,
            [typeof(BlobFunctions)],
            _probe,
            services: s => s.AddSingleton<BlobStore>(store).AddSingleton<TimeProvider>(clock));

        // The clock stands still, so the pause after the failure lasts until it is moved.
        var failed = new TaskCompletionSource();
        store.FailsWrite = name => full && Mark(name.StartsWith("host/receipts/", StringComparison.Ordinal));
        while (!failed.Task.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(6));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Empty(_probe.Calls);
        full = false;
        while (_probe.Calls.Count == 0)
        {
            clock.Advance(TimeSpan.FromSeconds(6));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        bool Mark(bool fails)
        {
            if (fails) failed.TrySetResult();
            return fails;
        }
    }

    private string ReceiptFile => Assert.Single(_folder.Files("host/receipts/OnDataset"));

    private Receipt? Receipt() => JsonSerializer.Deserialize(File.ReadAllText(ReceiptFile), HostJson.Default.Receipt);

    private Task<TestHost> StartAsync(Func<HostSettings, HostSettings>? with = null) =>
        TestHost.StartAsync(_folder, [typeof(BlobFunctions)], _probe, with: with);
}
