using Microsoft.Extensions.DependencyInjection;
using Serverless.Core.Storage;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Tests.Blobs;

public sealed class BlobTriggerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Probe _probe = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_dropped_while_the_host_was_off_runs_at_the_start_and_not_again_at_the_next()
    {
        _folder.Drop("datasets/bikes/a.csv", "1");
        _folder.Drop("datasets/bikes/2026/b.csv", "2");
        _folder.Drop("datasets/not-in-a-model.csv", "3");
        await using (var host = await StartAsync())
        {
            await _probe.UntilAsync(calls: 2);
            await host.UntilIdleAsync();
        }

        await using (var host = await StartAsync()) await host.UntilIdleAsync();
        Assert.Equal(["bikes 2026/b.csv 2", "bikes a.csv 1"], _probe.Calls.Order());
    }

    [Fact]
    public async Task What_is_dropped_while_it_runs_runs_at_once_in_a_new_folder_too()
    {
        await using var host = await StartAsync();
        _folder.Drop("datasets/bikes/a.csv", "1");
        await _probe.UntilAsync(calls: 1);
        _folder.Drop("datasets/bikes/deep/er/b.csv", "2");
        await _probe.UntilAsync(calls: 2);
        await host.UntilIdleAsync();
        Assert.Equal(["bikes a.csv 1", "bikes deep/er/b.csv 2"], _probe.Calls);
    }

    [Fact]
    public async Task What_the_app_writes_to_the_store_runs_too()
    {
        await using var host = await StartAsync();
        var store = host.Host.Services.GetRequiredService<BlobStore>();
        await store.WriteAsync("datasets/bikes/a.csv", "1"u8.ToArray(), WriteCondition.Always, default);
        await _probe.UntilAsync(calls: 1);
        await store.WriteAsync("datasets/bikes/a.csv", "2"u8.ToArray(), WriteCondition.Always, default);
        await _probe.UntilAsync(calls: 2);
        Assert.Equal(["bikes a.csv 1", "bikes a.csv 2"], _probe.Calls);
    }

    [Fact]
    public async Task A_file_that_is_written_slowly_runs_once_and_whole()
    {
        var settle = TimeSpan.FromMilliseconds(400);
        await using var host = await StartAsync(s => s with { BlobSettle = settle });
        Directory.CreateDirectory(_folder.PathOf("datasets/bikes"));
        // Where the machine itself stops for as long, the file was not written slowly but in two: another one then.
        var number = 0;
        while (await LongestPauseAsync(_folder.PathOf($"datasets/bikes/{++number}.csv")) >= settle) Assert.InRange(
            number, 1, 20);

        string[] Calls() => [.. _probe.Calls.Where(c => c.StartsWith($"bikes {number}.csv", StringComparison.Ordinal))];
        await Until.TrueAsync(() => Calls().Length > 0, "a call");
        await host.UntilIdleAsync();
        Assert.Equal([$"bikes {number}.csv " + string.Concat(Enumerable.Repeat("row\n", 10))], Calls());

        static async Task<TimeSpan> LongestPauseAsync(string path)
        {
            await using var file = new FileStream(path, FileMode.Create);
            var (longest, last) = (TimeSpan.Zero, TimeProvider.System.GetTimestamp());
            for (var i = 0; i < 10; i++)
            {
                file.Write("row\n"u8);
                file.Flush();
                var now = TimeProvider.System.GetTimestamp();
                var pause = TimeProvider.System.GetElapsedTime(last, now);
                (longest, last) = (pause > longest ? pause : longest, now);
                await Task.Delay(60, TestContext.Current.CancellationToken);
            }

            return longest;
        }
    }

    [Fact]
    public async Task A_changed_file_runs_again_and_one_that_changed_during_its_run_once_more_after_it()
    {
        await using var host = await StartAsync();
        var go = new TaskCompletionSource();
        var atOnce = 0;
        _probe.OnCall = async (call, _) =>
        {
            if (!call.StartsWith("bikes a.csv", StringComparison.Ordinal)) return;
            Assert.Equal(1, Interlocked.Increment(ref atOnce));
            await go.Task;
            Interlocked.Decrement(ref atOnce);
        };
        _folder.Drop("datasets/bikes/a.csv", "1");
        await _probe.UntilAsync(calls: 1);
        _folder.Drop("datasets/bikes/a.csv", "22");
        _folder.Drop("datasets/bikes/b.csv", "other");

        // Files beside it do not wait for it, so the events of the change were seen while it ran.
        await _probe.UntilAsync(calls: 2);
        go.SetResult();
        await _probe.UntilAsync(calls: 3);
        await host.UntilIdleAsync();
        Assert.Equal(["bikes a.csv 1", "bikes b.csv other", "bikes a.csv 22"], _probe.Calls);
    }

    [Fact]
    public async Task Many_events_for_many_files_run_each_once_and_no_more_at_a_time_than_allowed()
    {
        var (now, most) = (0, 0);
        _probe.OnCall = async (_, _) =>
        {
            var running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            await Task.Delay(3, CancellationToken.None);
            Interlocked.Decrement(ref now);
        };
        // Long enough for both writes of all files to count as one change, on a busy machine too.
        await using var host = await StartAsync(s => s with { BlobSettle = TimeSpan.FromSeconds(2) });
        for (var i = 0; i < 60; i++) _folder.Drop($"datasets/bikes/{i:00}.csv", $"{i}");
        for (var i = 0; i < 60; i++) File.AppendAllText(_folder.PathOf($"datasets/bikes/{i:00}.csv"), "!");
        await _probe.UntilAsync(calls: 60);
        await host.UntilIdleAsync();
        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => $"bikes {i:00}.csv {i}!"), _probe.Calls.Order(StringComparer.Ordinal));
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task A_file_whose_event_was_missed_is_found_by_looking_through()
    {
        // Over a store that is no folder there are no events at all.
        await using var host = await TestHost.StartAsync(
            _folder,
            [typeof(BlobFunctions)],
            _probe,
            with: s => s with { BlobPoll = TimeSpan.FromMilliseconds(20) },
            services: s => s.AddSingleton<BlobStore>(new SilentStore(_folder.Path)));
        _folder.Drop("datasets/bikes/a.csv", "1");
        await _probe.UntilAsync(calls: 1);
        await host.UntilIdleAsync();
        Assert.Single(_probe.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_can_be_no_blob_is_told(bool droppedBefore)
    {
        if (droppedBefore) Drop();
        var host = await StartAsync();
        await using (host)
        {
            if (!droppedBefore) Drop();
            await _probe.UntilAsync(calls: 1);
        }

        Assert.Contains("a|b.csv is ignored: a blob's name must not contain '|'", host.Output.ToString());
        Assert.Contains("link.csv is ignored: it is a link, and links are not followed", host.Output.ToString());
        Assert.Equal(["bikes z.csv 2"], _probe.Calls);

        void Drop()
        {
            _folder.Drop("datasets/bikes/a|b.csv", "1");
            File.CreateSymbolicLink(
                _folder.PathOf("datasets/bikes/link.csv"), _folder.PathOf("datasets/bikes/a|b.csv"));
            _folder.Drop("datasets/bikes/z.csv", "2");
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }

    private Task<TestHost> StartAsync(Func<HostSettings, HostSettings>? with = null) => TestHost.StartAsync(
        _folder,
        [typeof(BlobFunctions)],
        _probe,
        hostJson: """{"extensions": {"blobs": {"maxDegreeOfParallelism": 2}}}""",
        with: with);
}
