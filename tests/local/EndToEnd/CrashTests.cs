using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Serverless.Learning.Numerics;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>
/// Effectively once, whatever happens: events that come again and again in any order, files that are written over
/// while they are read, and a host that is killed at any moment.
/// </summary>
public sealed class CrashTests
{
    /// <summary>Set to "full", it asks for the sizes that take minutes and gigabytes.</summary>
    private const string SizeVariable = "SERVERLESS_TEST_CRASHES";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static bool IsFull => Environment.GetEnvironmentVariable(SizeVariable) == "full";

    [Fact]
    public Task A_hundred_events_and_three_crashes_give_the_model_of_an_undisturbed_run() =>
        CrashAsync(events: 100, kills: 3, seed: 1);

    [Fact]
    public async Task A_thousand_events_and_twenty_crashes_give_the_model_of_an_undisturbed_run()
    {
        Assert.SkipUnless(IsFull, $"Takes minutes: set {SizeVariable}=full, as .ci/run does.");
        var whileTraining = await CrashAsync(events: 1000, kills: 20, seed: 2);
        Assert.True(whileTraining > 0, "No crash came while a model was trained.");
    }

    /// <returns>How many crashes came while a file was worked on.</returns>
    private static async Task<int> CrashAsync(int events, int kills, ulong seed)
    {
        var clock = Stopwatch.StartNew();
        var random = new SplitMix64(seed);
        var files = CrashData.Files(random);
        var script = CrashData.Events(files, events, random);
        var killsAfter = KillMoments(script, kills, random);
        using var store = new TestStore();
        foreach (var model in CrashData.Models) store.Write($"models/{model}/model.json", CrashData.Definition(model));
        await using var hosts = new CrashingHost(store.Root);
        var audit = new CrashAudit(store);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watching = WatchAsync(hosts, audit, end.Token);
        var killing = Task.CompletedTask;
        for (var i = 0; i < script.Count && !watching.IsFaulted; i++)
        {
            await PlayAsync(script[i], store, hosts);
            if (killsAfter.TryGetValue(i, out var delay))
            {
                await killing;
                killing = KillAfterAsync(hosts, delay);
            }

            await Task.Delay(random.NextInt32(8), Cancellation);
        }

        await killing;
        await QuietAsync(hosts);
        using var undisturbed = await UndisturbedAsync(files);
        await end.CancelAsync();
        await watching;

        foreach (var model in CrashData.Models)
        {
            await hosts.AskAsync(async host =>
            {
                await audit.PredictAsync(host, model);
                await audit.LookAtVersionsAsync(host, model, again: true);
                return true;
            });
            audit.RequireAllLearned(model, [.. files.Where(f => f.Model == model)], undisturbed);
            audit.RequireSinglePromotions(model);
        }

        // Fewer than files, also where every start of a killed host begins with one; how many depends on the machine.
        Assert.InRange(audit.CountTrainings(), CrashData.Models.Count, files.Count * 2 / 3);

        audit.RequireNothingGivenUp();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{script.Count} events for {files.Count} files, {hosts.Kills} kills, {hosts.KillsWhileTraining} of them "
            + $"while at work, {audit.CountTrainings()} trainings, {audit.Answers} predictions answered, "
            + $"{clock.Elapsed.TotalSeconds:F0} s");
        Assert.Equal(kills, hosts.Kills);
        return hosts.KillsWhileTraining;
    }

    /// <summary>Drops all files, one after another, into a store of their own.</summary>
    private static async Task<TestStore> UndisturbedAsync(IReadOnlyList<CrashFile> files)
    {
        var store = new TestStore();
        foreach (var model in CrashData.Models) store.Write($"models/{model}/model.json", CrashData.Definition(model));
        foreach (var file in files.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            await PlayAsync(new CrashEvent(file, CrashEventKind.Moved, true), store, null!);
        }

        await using var hosts = new CrashingHost(store.Root);
        await QuietAsync(hosts);
        return store;
    }

    /// <summary>
    /// Milliseconds after an event. Every second crash comes when a new file has just been dropped, and is waited for
    /// or trained on.
    /// </summary>
    private static Dictionary<int, int> KillMoments(List<CrashEvent> script, int kills, SplitMix64 random)
    {
        var first = Enumerable.Range(0, script.Count).Where(i => script[i].IsFirst).ToList();
        var moments = new Dictionary<int, int>();
        while (moments.Count < kills)
        {
            if (moments.Count % 2 == 0) moments[first[random.NextInt32(first.Count)]] = 200 + random.NextInt32(500);
            else moments[random.NextInt32(script.Count)] = random.NextInt32(1500);
        }

        return moments;
    }

    private static async Task PlayAsync(CrashEvent happening, TestStore store, CrashingHost hosts)
    {
        var (file, kind, _) = happening;
        var path = store.PathOf(file.Blob);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        switch (kind)
        {
            case CrashEventKind.Moved:
                var temporary = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
                await File.WriteAllBytesAsync(temporary, file.Content, Cancellation);
                File.Move(temporary, path, overwrite: true);
                break;
            case CrashEventKind.Copied:
                await CopyAsync(file.Content, path, pause: 0);
                break;
            case CrashEventKind.CopiedSlowly:
                await CopyAsync(file.Content, path, pause: 60);
                break;
            default:
                await hosts.AskAsync(async host =>
                {
                    await host.TriggerAsync("ingest", file.Blob);
                    return true;
                });
                break;
        }
    }

    /// <summary>
    /// Writes over what is there in two pieces, as cp does: no reader keeps it from that. On a thread of its own, for a
    /// copy that stood still for long would be a file of its own to anybody who looks at it.
    /// </summary>
    /// <param name="pause">Milliseconds between the pieces.</param>
    private static Task CopyAsync(byte[] content, string path, int pause) => Task.Factory.StartNew(
        () =>
        {
            using var copy = new FileStream(
                path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            copy.Write(content.AsSpan(0, content.Length / 2));
            if (pause > 0) Cancellation.WaitHandle.WaitOne(pause);
            copy.Write(content.AsSpan(content.Length / 2));
        },
        Cancellation,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static async Task KillAfterAsync(CrashingHost hosts, int milliseconds)
    {
        await Task.Delay(milliseconds, Cancellation);
        await hosts.KillAndRestartAsync();
    }

    /// <summary>Asks every model all the time, and looks at each version as soon as it can be seen.</summary>
    private static async Task WatchAsync(CrashingHost hosts, CrashAudit audit, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            foreach (var model in CrashData.Models)
            {
                await hosts.AskAsync(async host =>
                {
                    await audit.PredictAsync(host, model);
                    await audit.LookAtVersionsAsync(host, model);
                    return true;
                });
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Until the host has had nothing to do for a second.</summary>
    private static async Task QuietAsync(CrashingHost hosts)
    {
        var deadline = Stopwatch.StartNew();
        for (var quiet = 0; quiet < 5; quiet++)
        {
            Assert.True(deadline.Elapsed < TimeSpan.FromMinutes(5), "The host does not come to rest.");
            var status = await hosts.AskAsync(host => host.GetAsync("/admin/host/status"));
            if (Sum(status.GetProperty("pendingBlobs")) + Sum(status.GetProperty("queues")) > 0) quiet = -1;
            await Task.Delay(200, Cancellation);
        }

        static int Sum(JsonElement counts) => counts.EnumerateObject().Sum(c => c.Value.GetInt32());
    }
}
