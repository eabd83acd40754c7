using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Serverless.Core.Storage;
using Serverless.Learning.Numerics;
using Serverless.Local.Tests.EndToEnd;

namespace Serverless.Azure.Tests;

/// <summary>
/// The store is killed and started again, ten times at random moments, while writers and a host work on it.
/// </summary>
public sealed class OutageTests
{
    private const int Kills = 10;
    private const int Writers = 4;
    private const int Files = 5;
    private const string Ledger = "models/ledger/entries";

    // One outage is longer than the store's own retries, so that callers see it.
    private static readonly TimeSpan LongOutage = TimeSpan.FromSeconds(8);

    /// <summary>Entries that all writers together know to be in the ledger.</summary>
    private int _written;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_the_store_is_killed_ten_times()
    {
        using var folder = new TestStore();
        await using var azurite = await Azurite.StartDurableAsync(folder.Root);
        var connection = azurite.NewAccount();
        var account = new BlobServiceClient(connection);
        var (models, datasets) = (account.GetBlobContainerClient("models"), account.GetBlobContainerClient("datasets"));
        await models.CreateAsync(cancellationToken: Cancelled);
        await datasets.CreateAsync(cancellationToken: Cancelled);
        await models.UploadBlobAsync("weather/model.json", BinaryData.FromString(Definition), Cancelled);
        await using var host = await HostProcess.StartAsync(connection, "--empty");

        // Random for real, and told, so that a failure can be had again.
        var seed = (ulong)Stopwatch.GetTimestamp();
        var random = new SplitMix64(seed);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var store = SharedAzurite.Open(connection);
        var writing = Enumerable.Range(0, Writers).Select(
            w => Task.Run(() => WriteAsync(store, w, done.Token))).ToArray();
        var dropping = Task.Run(() => DropAsync(store));
        var longOne = random.NextInt32(Kills);
        for (var kill = 0; kill < Kills; kill++)
        {
            // However slow the machine is: something is written between two outages.
            var before = Volatile.Read(ref _written);
            await Task.Delay(300 + random.NextInt32(1200), Cancelled);
            while (Volatile.Read(ref _written) < before + 2) await Task.Delay(20, Cancelled);
            await azurite.KillAsync();
            await Task.Delay(
                kill == longOne ? LongOutage : TimeSpan.FromMilliseconds(random.NextInt32(1500)), Cancelled);
            await azurite.StartAgainAsync();
        }

        await done.CancelAsync();
        var written = (await Task.WhenAll(writing)).SelectMany(w => w).ToList();
        await dropping;

        // Each entry that a writer believes to be there is there once, and no other.
        var entries = Encoding.UTF8.GetString((await store.ReadAllAsync(Ledger, 1 << 24, Cancelled))!.Value.Bytes)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(written.Order().SequenceEqual(entries.Order()), $"seed {seed}:\n{Difference(written, entries)}");
        Assert.True(entries.Length > Kills, $"Only {entries.Length} writes in the whole time.");

        // Each file has been taken in once, a version has learned from all, and each run has a version of its own.
        string[] dropped = [.. Enumerable.Range(0, Files).Select(f => $"datasets/weather/{FileName(f)}")];
        await host.UntilAsync($"{Files} files in the data, seed {seed}", async () =>
            (await NewestDataAsync(store)).SequenceEqual(dropped) ? "" : null);
        await host.UntilAsync("the host to be idle", async () =>
        {
            var status = await host.GetAsync("/admin/host/status");
            return Sum(status, "pendingBlobs") + Sum(status, "queues") == 0 ? "" : null;
        });
        Assert.Equal(dropped, await NewestDataAsync(store));
        var manifests = await store.ListAsync("models/weather/versions/", Cancelled)
            .Where(b => b.Name.EndsWith("manifest.json", StringComparison.Ordinal)).ToListAsync(Cancelled);
        var learned = new List<int>();
        foreach (var manifest in manifests)
        {
            learned.Add((await JsonAsync(store, manifest.Name)).GetProperty("data").GetArrayLength());
        }

        Assert.Contains(Files, learned);
        var records = await RunRecordFile.ReadAllAsync(account, "weather");
        Assert.All(records, r => Assert.NotNull(r.Version));
        // A number that was given before an outage, and whose version was not, is never given again.
        Assert.Equal(records.Count, records.Select(r => r.Version!.Value).Distinct().Count());
        Assert.Empty(await store.ListAsync("host/poison/", Cancelled).ToListAsync(Cancelled));
        Assert.True(await host.StopAsync() == 0, host.Output);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"seed {seed}: {entries.Length} ledger entries, {records.Count} runs, "
            + $"{host.Output.Split("the store is unavailable").Length - 1} failures that the host noticed");
    }

    /// <summary>
    /// Appends entries by compare-and-swap; an entry whose end is not known is looked for, as every caller must.
    /// </summary>
    private async Task<List<string>> WriteAsync(BlobStore store, int writer, CancellationToken done)
    {
        var mine = new List<string>();
        while (!done.IsCancellationRequested)
        {
            var entry = $"{writer}:{mine.Count}";
            var unsure = false;
            while (true)
            {
                try
                {
                    var read = await store.ReadAllAsync(Ledger, 1 << 24, Cancelled);
                    var text = read is null ? "" : Encoding.UTF8.GetString(read.Value.Bytes);
                    if (unsure && text.Split('\n').Contains(entry)) break;
                    var condition = read is null
                        ? WriteCondition.OnlyIfAbsent
                        : WriteCondition.OnlyIfMatches(read.Value.ETag);
                    var result = await store.WriteAsync(
                        Ledger, Encoding.UTF8.GetBytes($"{text}{entry}\n"), condition, Cancelled);
                    if (result.Written) break;
                }
                catch (IOException)
                {
                    unsure = true;
                }
                catch (InvalidDataException)
                {
                    // Written over while it was read, and the connection broke: read it again.
                }
            }

            mine.Add(entry);
            Interlocked.Increment(ref _written);
        }

        return mine;
    }

    private static async Task DropAsync(BlobStore store)
    {
        var lines = await File.ReadAllLinesAsync(TestStore.Sample("weather", "seattle.csv"), Cancelled);
        for (var file = 0; file < Files; file++)
        {
            var rows = lines.Take(1).Concat(lines.Skip(1 + (100 * file)).Take(700));
            var content = Encoding.UTF8.GetBytes(string.Join('\n', rows) + "\n");
            for (var dropped = false; !dropped;)
            {
                try
                {
                    await store.WriteAsync(
                        $"datasets/weather/{FileName(file)}", content, WriteCondition.OnlyIfAbsent, Cancelled);
                    dropped = true;
                }
                catch (IOException)
                {
                    // Away for long: whoever drops a file tries again.
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(3), Cancelled);
        }
    }

    /// <summary>The files that the newest data version has; none before the first.</summary>
    private static async Task<IEnumerable<string>> NewestDataAsync(BlobStore store)
    {
        var names = await store.ListAsync("data/weather/versions/", Cancelled)
            .Select(b => b.Name).ToListAsync(Cancelled);
        var newest = names.MaxBy(n => int.Parse(Path.GetFileNameWithoutExtension(n), CultureInfo.InvariantCulture));
        return newest is null
            ? []
            : (await JsonAsync(store, newest)).GetProperty("parts").EnumerateArray()
                .Select(p => p.GetProperty("source").GetString()!);
    }

    private static async Task<JsonElement> JsonAsync(BlobStore store, string name) =>
        JsonDocument.Parse((await store.ReadAllAsync(name, 1 << 24, Cancelled))!.Value.Bytes).RootElement;

    private static int Sum(JsonElement status, string counts) =>
        status.GetProperty(counts).EnumerateObject().Sum(c => c.Value.GetInt32());

    private static string FileName(int file) => $"part{file}.csv";

    private static string Difference(List<string> written, string[] entries) =>
        $"lost: {string.Join(' ', written.Except(entries))}; not known to be written: "
        + $"{string.Join(' ', entries.Except(written))}; "
        + $"doubled: {string.Join(' ', entries.GroupBy(e => e).Where(g => g.Count() > 1).Select(g => g.Key))}";

    private const string Definition =
        """
        {
          "label": "weather", "task": "multiclass", "time": "date", "metric": "logLoss",
          "features": [ { "name": "precipitation", "ignored": true } ],
          "training": { "trials": 3 }
        }
        """;
}
