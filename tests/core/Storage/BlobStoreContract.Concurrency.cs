using System.Text;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

/// <summary>Several at once: readers, writers and leases.</summary>
public abstract partial class BlobStoreContract
{
    [Fact]
    public async Task A_blob_being_written_is_not_seen_before_it_is_complete()
    {
        var store = await CreateAsync();
        await WriteTextAsync(store, "datasets/m/old.csv", "old");
        foreach (var (name, before) in new[] { ("datasets/m/new.csv", null), ("datasets/m/old.csv", "old") })
        {
            using var content = new HalfwayStream(Pattern(200_000));
            var writing = store.WriteAsync(name, content, WriteCondition.Always, metadata: null, Cancelled);
            await content.Halfway.WaitAsync(Cancelled);

            Assert.Equal(before, await TextAsync(store, name));
            Assert.Equal(before is not null, (await NamesAsync(store, "")).Contains(name));

            content.Resume();
            Assert.True((await writing).Written);
            Assert.Equal(200_000, (await store.GetPropertiesAsync(name, Cancelled))!.Length);
        }
    }

    [Fact]
    public async Task A_write_whose_source_fails_changes_nothing()
    {
        var store = await CreateAsync();
        var old = await WriteTextAsync(store, "datasets/m/old.csv", "old", metadata: new() { ["run"] = "a1" });
        foreach (var name in new[] { "datasets/m/new.csv", "datasets/m/old.csv" })
        {
            using var content = new HalfwayStream(Pattern(200_000));
            content.Fail(new IOException("the cable was pulled"));

            var error = await Assert.ThrowsAnyAsync<Exception>(
                () => store.WriteAsync(name, content, WriteCondition.Always, metadata: null, Cancelled));
            Assert.Contains("the cable was pulled", error.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(["datasets/m/old.csv"], await NamesAsync(store, ""));
        var properties = await store.GetPropertiesAsync("datasets/m/old.csv", Cancelled);
        Assert.Equal((old.ETag, "a1"), (properties!.ETag, properties.Metadata["run"]));
        Assert.Equal("old", await TextAsync(store, "datasets/m/old.csv"));
    }

    [Fact]
    public async Task Of_fifty_writers_that_ask_for_no_blob_exactly_one_writes()
    {
        const string name = "models/m/versions/1/manifest.json";
        BlobStore[] stores = [await CreateAsync(), await CreateAsync()];

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            () => WriteTextAsync(stores[i % 2], name, $"writer {i}", WriteCondition.OnlyIfAbsent))));

        var winner = Assert.Single(Enumerable.Range(0, 50), i => results[i].Written);
        Assert.Equal(49, results.Count(r => r.Outcome == WriteOutcome.AlreadyExists));
        Assert.Equal($"writer {winner}", await TextAsync(stores[0], name));
    }

    [Fact]
    public async Task Fifty_concurrent_increments_that_retry_on_a_conflict_add_up_to_fifty()
    {
        const string name = "models/m/counter";
        BlobStore[] stores = [await CreateAsync(), await CreateAsync()];
        await WriteTextAsync(stores[0], name, "0");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => IncrementAsync(stores[i % 2]))));

        Assert.Equal("50", await TextAsync(stores[0], name));

        static async Task IncrementAsync(BlobStore store)
        {
            while (true)
            {
                var (bytes, etag) = (await store.ReadAllAsync(name, 100, Cancelled))!.Value;
                var next = (int.Parse(Encoding.UTF8.GetString(bytes)) + 1).ToString();
                if ((await WriteTextAsync(store, name, next, WriteCondition.OnlyIfMatches(etag))).Written) return;
            }
        }
    }

    [Fact]
    public async Task Readers_see_one_whole_version_while_it_is_overwritten_two_hundred_times()
    {
        const string name = "models/m/model.bin";
        var store = await CreateAsync();
        var reading = await CreateAsync();
        var etags = new Dictionary<string, byte>();
        await WriteVersionAsync(0);

        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadAsync(done.Token))).ToArray();
        for (var i = 1; i <= 200; i++) await WriteVersionAsync((byte)i);
        await done.CancelAsync();

        foreach (var seen in await Task.WhenAll(readers))
        {
            Assert.NotEmpty(seen);
            Assert.All(seen, s => Assert.Equal(s.Version, etags[s.ETag]));
        }

        // Each version has its own byte, length and metadata, so that a mixture of two cannot go unseen.
        async Task WriteVersionAsync(byte version)
        {
            var content = new byte[10_000 + version * 100];
            Array.Fill(content, version);
            using var stream = new MemoryStream(content);
            var metadata = new Dictionary<string, string> { ["version"] = version.ToString() };
            etags[(await store.WriteAsync(name, stream, WriteCondition.Always, metadata, Cancelled)).ETag!] = version;
        }

        async Task<List<(string ETag, byte Version)>> ReadAsync(CancellationToken stop)
        {
            var seen = new List<(string, byte)>();
            do
            {
                await using var blob = await reading.OpenReadAsync(name, Cancelled);
                using var bytes = new MemoryStream();
                await blob!.Content.CopyToAsync(bytes, Cancelled);
                var version = bytes.ToArray()[0];
                Assert.Equal(10_000 + version * 100, bytes.Length);
                Assert.False(bytes.ToArray().AsSpan().ContainsAnyExcept(version));
                Assert.Equal(bytes.Length, blob.Properties.Length);
                Assert.Equal(version.ToString(), blob.Properties.Metadata["version"]);
                seen.Add((blob.Properties.ETag, version));
            }
            while (!stop.IsCancellationRequested);
            return seen;
        }
    }

    [Fact]
    public async Task A_lease_excludes_everybody_else_until_it_is_given_back()
    {
        var store = await CreateAsync();
        var other = await CreateAsync();
        await using (var lease = await store.TryAcquireLeaseAsync("models/m/training.lease", Cancelled))
        {
            Assert.NotNull(lease);
            Assert.False(lease.Lost.IsCancellationRequested);
            Assert.Null(await other.TryAcquireLeaseAsync("models/m/training.lease", Cancelled));
            Assert.Null(await store.TryAcquireLeaseAsync("models/m/training.lease", Cancelled));
            await using var unrelated = await other.TryAcquireLeaseAsync("models/n/training.lease", Cancelled);
            Assert.NotNull(unrelated);
        }

        await using var next = await other.TryAcquireLeaseAsync("models/m/training.lease", Cancelled);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Of_twenty_who_ask_for_a_lease_at_once_one_gets_it()
    {
        BlobStore[] stores = [await CreateAsync(), await CreateAsync()];

        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => stores[i % 2].TryAcquireLeaseAsync("models/m/training.lease", Cancelled))));

        var held = Assert.Single(leases, lease => lease is not null);
        await held!.DisposeAsync();
    }
}
