using System.Text;
using Serverless.Storage;

namespace Serverless.Core.Tests.Storage;

/// <summary>What every <see cref="BlobStore"/> promises. Derive from this to test a store.</summary>
public abstract class BlobStoreContract
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>
    /// A handle on this test's own store, which is empty at first. A further call gives a second handle on the
    /// same store, as another process would have it.
    /// </summary>
    protected abstract Task<BlobStore> CreateAsync();

    /// <summary>True where the medium below takes 'A' and 'a' for one name, which no store on it can mend.</summary>
    protected virtual bool IgnoresCase => false;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(20 * 1024 * 1024)]
    public async Task A_blob_is_read_as_it_was_written(int length)
    {
        var store = await CreateAsync();
        var content = Pattern(length);

        var written = await store.WriteAsync("datasets/m/a.csv", content, WriteCondition.Always, Cancelled);

        Assert.Equal(WriteOutcome.Written, written.Outcome);
        var other = await CreateAsync();
        var (bytes, etag) = (await other.ReadAllAsync("datasets/m/a.csv", length, Cancelled))!.Value;
        Assert.True(content.AsSpan().SequenceEqual(bytes));
        Assert.Equal(written.ETag, etag);
        var properties = await other.GetPropertiesAsync("datasets/m/a.csv", Cancelled);
        Assert.Equal(("datasets/m/a.csv", length, etag), (properties!.Name, (int)properties.Length, properties.ETag));
        Assert.Empty(properties.Metadata);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9_000_000)]
    [InlineData(10_000_000)]
    public async Task A_blob_can_be_read_from_any_byte_on(int position)
    {
        var store = await CreateAsync();
        var content = Pattern(10_000_000);
        await store.WriteAsync("datasets/m/a.csv", content, WriteCondition.Always, Cancelled);
        await using var blob = await store.OpenReadAsync("datasets/m/a.csv", Cancelled);
        await blob!.Content.ReadExactlyAsync(new byte[2], Cancelled);
        blob.Content.Position = position;
        using var read = new MemoryStream();
        await blob.Content.CopyToAsync(read, Cancelled);
        Assert.True(content.AsSpan(position).SequenceEqual(read.ToArray()));
    }

    [Theory]
    [InlineData("datasets/m/two words.csv")]
    [InlineData("datasets/m/100% #1+2&3=4.csv")]
    [InlineData("datasets/m/größe-測定-🐦.csv")]
    [InlineData("datasets/m/.hidden")]
    [InlineData("datasets/a/b/c/d/e/f/g.h.i")]
    [InlineData("datasets/m/%2e%2e%2f.csv")]
    public async Task An_unusual_name_is_kept_to_the_letter(string name)
    {
        var store = await CreateAsync();

        await store.WriteAsync(name, Pattern(3), WriteCondition.Always, Cancelled);

        Assert.Equal([name], await NamesAsync(store, "datasets/"));
        Assert.Equal(name, (await store.GetPropertiesAsync(name, Cancelled))!.Name);
        Assert.True(await store.DeleteAsync(name, Cancelled));
        Assert.Empty(await NamesAsync(store, "datasets/"));
    }

    [Fact]
    public async Task Names_differ_where_their_case_differs()
    {
        Assert.SkipWhen(IgnoresCase, "This medium ignores the case of names.");
        var store = await CreateAsync();
        await WriteTextAsync(store, "datasets/m/A.csv", "upper");

        Assert.True((await WriteTextAsync(store, "datasets/m/a.csv", "lower", WriteCondition.OnlyIfAbsent)).Written);
        Assert.Equal("upper", await TextAsync(store, "datasets/m/A.csv"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/datasets/a")]
    [InlineData("datasets/a/")]
    [InlineData("datasets//a")]
    [InlineData("datasets/./a")]
    [InlineData("datasets/../a")]
    [InlineData("..")]
    [InlineData("datasets\\a")]
    [InlineData("datasets/a\nb")]
    [InlineData("datasets/a:b")]
    [InlineData("datasets/.store/a")]
    public async Task A_bad_name_is_refused_by_every_operation(string name)
    {
        var store = await CreateAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => store.GetPropertiesAsync(name, Cancelled));
        await Assert.ThrowsAsync<ArgumentException>(() => store.OpenReadAsync(name, Cancelled));
        await Assert.ThrowsAsync<ArgumentException>(() => store.ReadRangeAsync(name, 0, 1, Cancelled));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteTextAsync(store, name, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync(name, Cancelled));
        await Assert.ThrowsAsync<ArgumentException>(() => store.TryAcquireLeaseAsync(name, Cancelled));
    }

    [Fact]
    public async Task A_blob_that_is_not_there_is_null_and_its_deletion_false()
    {
        var store = await CreateAsync();
        await WriteTextAsync(store, "datasets/m/b.csv", "x");

        Assert.Null(await store.GetPropertiesAsync("datasets/m/a.csv", Cancelled));
        Assert.Null(await store.OpenReadAsync("datasets/m/a.csv", Cancelled));
        Assert.Null(await store.ReadRangeAsync("datasets/m/a.csv", 0, 10, Cancelled));
        Assert.Null(await store.ReadAllAsync("datasets/m/a.csv", 10, Cancelled));
        Assert.Null(await store.GetPropertiesAsync("models/nobody/model.json", Cancelled));
        Assert.False(await store.DeleteAsync("datasets/m/a.csv", Cancelled));
        Assert.False(await store.DeleteAsync("models/nobody/model.json", Cancelled));
    }

    [Fact]
    public async Task A_deleted_blob_is_gone_and_can_be_written_again()
    {
        var store = await CreateAsync();
        await WriteTextAsync(store, "datasets/m/a.csv", "one", metadata: new() { ["run"] = "1" });

        Assert.True(await store.DeleteAsync("datasets/m/a.csv", Cancelled));
        Assert.Null(await store.GetPropertiesAsync("datasets/m/a.csv", Cancelled));
        Assert.Empty(await NamesAsync(store, "datasets/"));
        Assert.False(await store.DeleteAsync("datasets/m/a.csv", Cancelled));

        Assert.True((await WriteTextAsync(store, "datasets/m/a.csv", "two", WriteCondition.OnlyIfAbsent)).Written);
        Assert.Empty((await store.GetPropertiesAsync("datasets/m/a.csv", Cancelled))!.Metadata);
    }

    [Fact]
    public async Task A_listing_is_in_ordinal_order_and_has_each_blob_s_length_and_etag()
    {
        var store = await CreateAsync();
        string[] names =
        [
            "datasets/b/1", "datasets/b/10", "datasets/b/2", "datasets/b-c/1", "datasets/b.c", "datasets/b0",
            "datasets/C/1", "datasets/a/z/1", "datasets/a/z-1", "datasets/a/z0", "datasets/ä/1", "datasets/_",
            "models/m/model.json",
        ];
        var etags = new Dictionary<string, string>();
        foreach (var name in names) etags[name] = (await WriteTextAsync(store, name, name)).ETag!;

        var listed = await ListAsync(store, "");

        Assert.Equal(names.Order(StringComparer.Ordinal), listed.Select(b => b.Name));
        Assert.All(listed, b => Assert.Equal(Encoding.UTF8.GetByteCount(b.Name), b.Length));
        Assert.All(listed, b => Assert.Equal(etags[b.Name], b.ETag));
        foreach (var blob in listed)
        {
            Assert.Equal((await store.GetPropertiesAsync(blob.Name, Cancelled))!.LastModified, blob.LastModified);
        }
    }

    [Fact]
    public async Task The_folders_right_under_a_folder_are_listed_once_each_whatever_lies_in_them()
    {
        var store = await CreateAsync();
        string[] names =
        [
            "models/a/model.json", "models/a/versions/1/model.bin", "models/a/versions/2/model.bin", "models/b-1/versions/10/model.bin",
            "models/b/model.json", "models/readme.txt", "modelsx/c/model.json", "datasets/d/rows.csv",
        ];
        foreach (var name in names) await WriteTextAsync(store, name, name);
        Assert.Equal(["a", "b", "b-1"], (await store.ListFoldersAsync("models/", Cancelled).ToListAsync(Cancelled)).Order());
        Assert.Equal(["1", "2"], (await store.ListFoldersAsync("models/a/versions/", Cancelled).ToListAsync(Cancelled)).Order());
        Assert.Empty(await store.ListFoldersAsync("models/none/", Cancelled).ToListAsync(Cancelled));
        Assert.Empty(await store.ListFoldersAsync("nothing/", Cancelled).ToListAsync(Cancelled));
        await store.DeleteAsync("models/b/model.json", Cancelled);
        Assert.Equal(["a", "b-1"], (await store.ListFoldersAsync("models/", Cancelled).ToListAsync(Cancelled)).Order());
        foreach (var wrong in (string[])["", "models", "/", "../", "models//"])
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await store.ListFoldersAsync(wrong, Cancelled).ToListAsync(Cancelled));
        }
    }

    [Theory]
    [InlineData("", 5)]
    [InlineData("datasets/", 4)]
    [InlineData("datasets", 4)]
    [InlineData("data", 4)]
    [InlineData("datasets/m", 3)]
    [InlineData("datasets/m/", 2)]
    [InlineData("datasets/m/a.", 1)]
    [InlineData("datasets/m/a.csv", 1)]
    [InlineData("datasets/m/a.csv/", 0)]
    [InlineData("datasets/M", 0)]
    [InlineData("models/m/", 1)]
    [InlineData("other/", 0)]
    public async Task A_listing_is_narrowed_by_any_prefix(string prefix, int expected)
    {
        var store = await CreateAsync();
        string[] names =
        [
            "datasets/m/a.csv", "datasets/m/b.csv", "datasets/m2/a.csv", "datasets/n/a.csv", "models/m/model.json",
        ];
        foreach (var name in names) await WriteTextAsync(store, name, "x");

        var listed = await NamesAsync(store, prefix);

        Assert.Equal(expected, listed.Count);
        Assert.Equal(names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)), listed);
    }

    [Theory]
    [InlineData(0, 4, "0123")]
    [InlineData(3, 4, "3456")]
    [InlineData(8, 4, "89")]
    [InlineData(9, 1, "9")]
    [InlineData(10, 4, "")]
    [InlineData(1_000_000, 4, "")]
    [InlineData(4, 0, "")]
    [InlineData(0, int.MaxValue, "0123456789")]
    public async Task A_range_is_what_lies_in_the_blob_of_it(long offset, int length, string expected)
    {
        var store = await CreateAsync();
        await WriteTextAsync(store, "models/m/model.bin", "0123456789");

        var range = await store.ReadRangeAsync("models/m/model.bin", offset, length, Cancelled);

        Assert.Equal(expected, Encoding.UTF8.GetString(range!));
    }

    [Fact]
    public async Task A_range_of_an_empty_blob_is_empty()
    {
        var store = await CreateAsync();
        await WriteTextAsync(store, "models/m/model.bin", "");

        Assert.Empty((await store.ReadRangeAsync("models/m/model.bin", 0, 100, Cancelled))!);
    }

    [Fact]
    public async Task A_blob_larger_than_the_caller_takes_is_refused()
    {
        var store = await CreateAsync();
        await WriteTextAsync(store, "models/m/model.json", "0123456789");

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => store.ReadAllAsync("models/m/model.json", 9, Cancelled));

        Assert.Contains("10", error.Message, StringComparison.Ordinal);
        Assert.NotNull(await store.ReadAllAsync("models/m/model.json", 10, Cancelled));
    }

    [Fact]
    public async Task Only_if_absent_writes_once()
    {
        var store = await CreateAsync();

        var first = await WriteTextAsync(store, "models/m/model.json", "first", WriteCondition.OnlyIfAbsent);
        var second = await WriteTextAsync(store, "models/m/model.json", "second", WriteCondition.OnlyIfAbsent);

        Assert.Equal(WriteOutcome.Written, first.Outcome);
        Assert.Equal(new WriteResult(WriteOutcome.AlreadyExists, ETag: null), second);
        Assert.Equal("first", await TextAsync(store, "models/m/model.json"));
    }

    [Fact]
    public async Task Only_if_matches_writes_over_the_very_version_that_was_read()
    {
        var store = await CreateAsync();
        var first = await WriteTextAsync(store, "models/m/aliases.json", "first");
        var same = WriteCondition.OnlyIfMatches(first.ETag!);

        var second = await WriteTextAsync(store, "models/m/aliases.json", "other", same);
        var stale = await WriteTextAsync(store, "models/m/aliases.json", "stale", same);

        Assert.Equal(WriteOutcome.Written, second.Outcome);
        Assert.Equal(new WriteResult(WriteOutcome.Changed, ETag: null), stale);
        Assert.Equal("other", await TextAsync(store, "models/m/aliases.json"));
    }

    [Fact]
    public async Task Only_if_matches_does_not_write_where_the_blob_is_gone()
    {
        var store = await CreateAsync();
        var first = await WriteTextAsync(store, "models/m/aliases.json", "first");
        await store.DeleteAsync("models/m/aliases.json", Cancelled);

        var same = WriteCondition.OnlyIfMatches(first.ETag!);
        var result = await WriteTextAsync(store, "models/m/aliases.json", "next", same);

        Assert.Equal(WriteOutcome.Changed, result.Outcome);
        Assert.Null(await store.GetPropertiesAsync("models/m/aliases.json", Cancelled));
    }

    [Fact]
    public async Task A_thousand_writes_of_one_length_have_a_thousand_etags()
    {
        var store = await CreateAsync();
        var etags = new HashSet<string>();
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(etags.Add((await WriteTextAsync(store, "models/m/aliases.json", "same length")).ETag!));
        }
    }

    [Fact]
    public async Task A_blob_that_was_deleted_comes_back_with_an_etag_it_never_had()
    {
        var store = await CreateAsync();
        var etags = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            Assert.True(etags.Add((await WriteTextAsync(store, "models/m/aliases.json", "same length")).ETag!));
            await store.DeleteAsync("models/m/aliases.json", Cancelled);
        }
    }

    [Fact]
    public async Task Metadata_belongs_to_one_write_and_is_replaced_by_the_next()
    {
        var store = await CreateAsync();
        const string name = "models/m/versions/1/model.bin";

        var metadata = new Dictionary<string, string> { ["run"] = "a1", ["trainedBy"] = "gbt ~!\"{}" };
        await WriteTextAsync(store, name, "1", metadata: metadata);
        Assert.Equal(metadata, await MetadataAsync(store, name));

        await WriteTextAsync(store, name, "1", metadata: new() { ["run"] = "b2" });
        Assert.Equal(new Dictionary<string, string> { ["run"] = "b2" }, await MetadataAsync(await CreateAsync(), name));
        await using (var read = await store.OpenReadAsync(name, Cancelled))
        {
            Assert.Equal("b2", read!.Properties.Metadata["run"]);
        }

        await WriteTextAsync(store, name, "1");
        Assert.Empty(await MetadataAsync(store, name));
    }

    [Fact]
    public async Task A_write_that_does_not_happen_leaves_the_metadata_alone()
    {
        var store = await CreateAsync();
        await WriteTextAsync(store, "models/m/a", "1", metadata: new() { ["run"] = "a1" });

        await WriteTextAsync(store, "models/m/a", "2", WriteCondition.OnlyIfAbsent, new() { ["run"] = "b2" });

        Assert.Equal("a1", (await MetadataAsync(store, "models/m/a"))["run"]);
    }

    [Theory]
    [InlineData("two words", "x")]
    [InlineData("", "x")]
    [InlineData("1st", "x")]
    [InlineData("größe", "x")]
    [InlineData("key", "größe")]
    [InlineData("key", "two\nlines")]
    public async Task Metadata_that_no_header_can_carry_is_refused(string key, string value)
    {
        var store = await CreateAsync();

        await Assert.ThrowsAsync<ArgumentException>(
            () => WriteTextAsync(store, "models/m/a", "1", metadata: new() { [key] = value }));
        Assert.Null(await store.GetPropertiesAsync("models/m/a", Cancelled));
    }

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

    protected static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)(i * 31 + (i >> 8));
        return bytes;
    }

    protected static async Task<WriteResult> WriteTextAsync(
        BlobStore store,
        string name,
        string text,
        WriteCondition condition = default,
        Dictionary<string, string>? metadata = null)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await store.WriteAsync(name, content, condition, metadata, Cancelled);
    }

    protected static async Task<string?> TextAsync(BlobStore store, string name) =>
        await store.ReadAllAsync(name, 1_000_000, Cancelled) is var (bytes, _) ? Encoding.UTF8.GetString(bytes) : null;

    protected static async Task<List<BlobProperties>> ListAsync(BlobStore store, string prefix) =>
        await store.ListAsync(prefix, Cancelled).ToListAsync(Cancelled);

    protected static async Task<List<string>> NamesAsync(BlobStore store, string prefix) =>
        (await ListAsync(store, prefix)).ConvertAll(b => b.Name);

    private static async Task<IReadOnlyDictionary<string, string>> MetadataAsync(BlobStore store, string name) =>
        (await store.GetPropertiesAsync(name, Cancelled))!.Metadata;
}
