using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Serverless.Learning.Numerics;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>Files that nobody should drop: each is told what is wrong and where, and the host goes on.</summary>
public sealed class HostileFileTests
{
    private const string Definition = """{"label": "y", "training": {"trials": 1, "trainers": ["linear"]}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_that_are_no_data_are_quarantined_with_the_place()
    {
        var good = HostileFiles.Good(new SplitMix64(1), 200);
        var names = Enumerable.Range(0, 10_000).Select(i => $"c{i}").ToList();
        (string Name, byte[] Content, string[] Said)[] files =
        [
            ("no-label.csv", Utf8(good.Replace("a,b,y\n", "a,b,z\n", StringComparison.Ordinal)),
            [
                "label column", "'y'", "'z'"
            ]),
            ("empty.csv", [], ["empty"]),
            ("binary.csv",
            [
                .. Enumerable.Range(0, 100_000).Select(i => (byte)SplitMix64.Mix((ulong)i))
            ], ["UTF-8", "line ", "byte offset"]),
            ("one-label.csv", Utf8(good.Replace(",no\n", ",yes\n", StringComparison.Ordinal)),
            [
                "'y'", "the same value in every row"
            ]),
            ("same-names.csv", Utf8(good.Replace("a,b,y\n", "a,a,y\n", StringComparison.Ordinal)), ["'a'"]),
            ("many-columns.csv", Utf8($"{string.Join(',', names)},y\n{string.Join(',', names)},yes\n"),
            [
                "5,000 columns", "line 1"
            ]),
        ];
        using var store = new TestStore();
        await using var host = await StartAsync(store);
        foreach (var (name, content, _) in files) store.Write($"datasets/shop/{name}", content);
        foreach (var (name, _, said) in files) await RequireQuarantineAsync(host, store, name, said);
        await RequireWellAsync(host, store);
    }

    [Fact]
    public async Task A_single_line_without_end_is_quarantined_in_bounded_memory()
    {
        using var store = new TestStore();
        await using var host = await StartAsync(store);
        var before = host.PeakMemoryBytes;
        var megabytes = CrashTests.IsFull ? 2048 : 64;
        var clock = Stopwatch.StartNew();
        await using (var file = File.Create(store.PathOf("datasets/shop/line.csv")))
        {
            var block = Enumerable.Repeat((byte)'a', 1 << 20).ToArray();
            for (var i = 0; i < megabytes; i++) await file.WriteAsync(block, Cancellation);
        }

        await RequireQuarantineAsync(host, store, "line.csv", "line 1", "1,048,576 bytes");
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"a line of {megabytes} MB: {clock.Elapsed.TotalSeconds:F1} s, peak memory {before >> 20} → "
            + $"{host.PeakMemoryBytes >> 20} MB");
        Assert.InRange(host.PeakMemoryBytes - before, 0, 200L << 20);
        await RequireWellAsync(host, store);
    }

    [Fact]
    public async Task Malformed_files_lead_to_a_version_or_to_a_refusal_that_names_the_place()
    {
        using var store = new TestStore();
        await using var host = await StartAsync(store);
        var random = new SplitMix64(7);
        var contents = HostileFiles.Broken(HostileFiles.Good(random, 80), 144, random)
            .DistinctBy(c => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(c))).ToList();
        for (var i = 0; i < contents.Count; i++) store.Write($"datasets/shop/broken-{i:000}.csv", contents[i]);
        // One more than files: the good one, which came first.
        var used = 0;
        var runs = await host.UntilAsync(
            $"{contents.Count + 1} files taken in or rejected",
            () =>
            {
                var rejected = store.Rejected("shop");
                used = store.Sources("shop").Count;
                return Task.FromResult(rejected.Count + used > contents.Count ? rejected : null);
            });

        var refused = 0;
        foreach (var (name, run) in runs)
        {
            var message = run.GetProperty("message").GetString()!;
            refused++;
            Assert.True(message.StartsWith($"{name} was rejected. ", StringComparison.Ordinal), message);
            var report = Assert.Single(run.GetProperty("reports").EnumerateArray());
            var anomalies = report.GetProperty("anomalies").EnumerateArray().ToList();
            Assert.True(
                anomalies.Exists(a => a.TryGetProperty("row", out _) || a.TryGetProperty("column", out _))
                    || SaysWhere(message),
                $"{message}\n{report}");
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{contents.Count} broken files: {refused} refused, {used - 1} used");
        Assert.True(
            contents.Count >= 100 && refused >= 30 && refused < contents.Count, $"{refused} of {contents.Count}");
        await RequireWellAsync(host, store);
    }

    [Fact]
    public async Task A_model_json_that_cannot_be_used_is_told_with_path_expected_and_found()
    {
        using var store = new TestStore();
        var definitions = HostileFiles.Definitions().ToList();
        var good = HostileFiles.Good(new SplitMix64(1), 60);
        for (var i = 0; i < definitions.Count; i++)
        {
            store.Write($"models/wrong-{i}/model.json", definitions[i].Json);
            store.Write($"datasets/wrong-{i}/data.csv", good);
        }

        await using var host = await StartAsync(store);
        for (var i = 0; i < definitions.Count; i++)
        {
            var model = $"wrong-{i}";
            var runs = await host.UntilAsync(
                $"the run of {model}", () => Task.FromResult(store.Runs(model) is { Count: > 0 } r ? r : null));
            var run = Assert.Single(runs).Value;
            var json = definitions[i].Json;
            var what = $"{Encoding.UTF8.GetString(json.AsSpan(0, Math.Min(200, json.Length)))}\n→ {run}";
            Assert.True(run.GetProperty("outcome").GetString() == "rejected", what);
            var message = run.GetProperty("message").GetString()!;
            Assert.True(
                message.Contains(definitions[i].Place, StringComparison.Ordinal),
                $"'{definitions[i].Place}' is not named by {what}");
            Assert.True(
                message.Contains("xpected ", StringComparison.Ordinal)
                    && message.Contains("found ", StringComparison.Ordinal),
                what);
            Assert.True(message.Length < 10_000, what);
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{definitions.Count} files that are no model.json were refused");
        Assert.True(definitions.Count >= 50);
        await RequireWellAsync(host, store);
    }

    /// <summary>
    /// What is wrong with a file as a whole has no line: then the message says what of it was looked for.
    /// </summary>
    private static bool SaysWhere(string message) => ((string[])[
        "line ", "byte ", "column", "rows", "empty", "gzip", "UTF-16", "header", "label", "lines that end"]).Any(
            w => message.Contains(w, StringComparison.Ordinal));

    private static async Task<HostProcess> StartAsync(TestStore store)
    {
        store.Write("models/shop/model.json", Definition);
        store.Write("datasets/shop/good.csv", HostileFiles.Good(new SplitMix64(3), 300));
        var host = await HostProcess.StartAsync(store.Root, "--empty");
        await host.UntilAsync("the first version", () => Task.FromResult(store.Runs("shop").Count > 0 ? "yes" : null));
        return host;
    }

    private static Task<Dictionary<string, JsonElement>> RunsAsync(HostProcess host, TestStore store, int count) =>
        host.UntilAsync(
            $"{count} runs",
            () => Task.FromResult(store.Runs("shop") is var runs && runs.Count >= count ? runs : null),
            seconds: 180);

    private static async Task RequireQuarantineAsync(
        HostProcess host, TestStore store, string name, params string[] said)
    {
        var run = await host.UntilAsync(
            $"the run of {name}",
            () => Task.FromResult(store.Runs("shop").TryGetValue(name, out var run) ? (object)run : null),
            seconds: 180);
        var record = (JsonElement)run;
        Assert.Equal("rejected", record.GetProperty("outcome").GetString());
        var message = record.GetProperty("message").GetString()!;
        Assert.All(said, s => Assert.Contains(s, message, StringComparison.Ordinal));
        var reports = Directory.GetFiles(
            store.PathOf("quarantine/shop"), $"{Path.GetFileNameWithoutExtension(name)}.*.report.json");
        var report = JsonDocument.Parse(await File.ReadAllBytesAsync(Assert.Single(reports), Cancellation)).RootElement;
        Assert.Contains(report.GetProperty("rejection").GetString()!, message, StringComparison.Ordinal);
        Assert.True(File.Exists(store.PathOf(report.GetProperty("quarantined").GetString()!)));
    }

    /// <summary>
    /// The champion still answers, good data is still trained on, and the host has not grown without end.
    /// </summary>
    private static async Task RequireWellAsync(HostProcess host, TestStore store)
    {
        await host.PredictAsync("shop", """{"a": 0.5, "b": 3}""");
        store.Write("datasets/shop/afterwards.csv", HostileFiles.Good(new SplitMix64(4), 300));
        var run = await host.UntilAsync("the next version", () => Task.FromResult(
            store.Runs("shop").TryGetValue("afterwards.csv", out var run) ? (object)run : null));
        Assert.True(((JsonElement)run).TryGetProperty("version", out _), $"{run}");
        Assert.InRange(host.PeakMemoryBytes, 0, 1L << 30);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
