using Serverless.Core.Storage;
using Serverless.Tests;

namespace Serverless.Core.Tests.Storage;

public sealed partial class FolderBlobStoreTests : BlobStoreContract, IDisposable
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private readonly DirectoryInfo _outside = Directory.CreateTempSubdirectory("folder-store-");
    private readonly string _root;

    // It stands still, which is the hardest case for ETags.
    private readonly ManualClock _clock = new();

    public FolderBlobStoreTests() => _root = Path.Combine(_outside.FullName, "store");

    public void Dispose() => _outside.Delete(recursive: true);

    protected override Task<BlobStore> CreateAsync() => Task.FromResult<BlobStore>(Open());

    protected override bool IgnoresCase => !OperatingSystem.IsLinux();

    [Fact]
    public async Task A_blob_is_a_plain_file()
    {
        await WriteTextAsync(Open(), "datasets/m/a.csv", "a,b");

        Assert.Equal("a,b", await File.ReadAllTextAsync(PathOf("datasets/m/a.csv"), Cancelled));
    }

    [Fact]
    public async Task A_file_that_people_copy_in_is_a_blob()
    {
        var store = Open();
        Directory.CreateDirectory(PathOf("datasets/m"));
        await File.WriteAllTextAsync(PathOf("datasets/m/a.csv"), "a,b", Cancelled);

        var first = Assert.Single(await ListAsync(store, "datasets/"));
        Assert.Equal(("datasets/m/a.csv", 3L), (first.Name, first.Length));
        Assert.Equal("a,b", await TextAsync(store, first.Name));
        Assert.Equal(first, await store.GetPropertiesAsync(first.Name, Cancelled));
        Assert.False((await WriteTextAsync(store, first.Name, "x", WriteCondition.OnlyIfAbsent)).Written);
        Assert.True((await WriteTextAsync(store, first.Name, "new", WriteCondition.OnlyIfMatches(first.ETag))).Written);
    }

    [Fact]
    public async Task A_file_copied_over_a_blob_has_another_etag_and_none_of_its_metadata()
    {
        var store = Open();
        var ours = await WriteTextAsync(store, "datasets/m/a.csv", "old", metadata: new() { ["run"] = "a1" });

        await File.WriteAllTextAsync(PathOf("datasets/m/a.csv"), "new", Cancelled);

        var theirs = await store.GetPropertiesAsync("datasets/m/a.csv", Cancelled);
        Assert.NotEqual(ours.ETag, theirs!.ETag);
        Assert.Empty(theirs.Metadata);
        var same = WriteCondition.OnlyIfMatches(ours.ETag!);
        Assert.Equal(WriteOutcome.Changed, (await WriteTextAsync(store, "datasets/m/a.csv", "x", same)).Outcome);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50 * 365)]
    public async Task A_write_over_a_file_as_new_as_the_clock_or_newer_is_newer_still(int daysAhead)
    {
        var store = Open();
        Directory.CreateDirectory(PathOf("datasets/m"));
        await File.WriteAllTextAsync(PathOf("datasets/m/a.csv"), "old", Cancelled);
        File.SetLastWriteTimeUtc(PathOf("datasets/m/a.csv"), _clock.GetUtcNow().UtcDateTime.AddDays(daysAhead));
        var theirs = await store.GetPropertiesAsync("datasets/m/a.csv", Cancelled);

        var ours = await WriteTextAsync(store, "datasets/m/a.csv", "new");

        Assert.NotEqual(theirs!.ETag, ours.ETag);
        var now = await store.GetPropertiesAsync("datasets/m/a.csv", Cancelled);
        Assert.True(now!.LastModified > theirs.LastModified);
    }

    [Fact]
    public async Task A_file_from_the_future_does_not_take_other_blobs_there()
    {
        var store = Open();
        await WriteTextAsync(store, "datasets/m/a.csv", "old");
        File.SetLastWriteTimeUtc(PathOf("datasets/m/a.csv"), _clock.GetUtcNow().UtcDateTime.AddYears(50));
        await WriteTextAsync(store, "datasets/m/a.csv", "new");

        // More blobs than there are locks, so that some share one with the first.
        for (var i = 0; i < 200; i++) await WriteTextAsync(store, $"datasets/n/{i}", "x");

        Assert.All(
            await ListAsync(store, "datasets/n/"),
            b => Assert.InRange(b.LastModified, _clock.GetUtcNow(), _clock.GetUtcNow().AddSeconds(1)));
    }

    [Fact]
    public async Task An_etag_never_returns_though_the_clock_is_set_back_and_the_store_reopened()
    {
        var etags = new HashSet<string>();
        for (var i = 0; i < 10; i++)
        {
            var store = new FolderBlobStore(_root, new ManualClock(_clock.GetUtcNow().AddDays(-i % 3)));
            Assert.True(etags.Add((await WriteTextAsync(store, "datasets/m/a.csv", "same")).ETag!));
            await store.DeleteAsync("datasets/m/a.csv", Cancelled);
        }
    }

    [Fact]
    public async Task The_time_of_a_blob_is_the_clock_s()
    {
        var store = Open();
        _clock.Advance(TimeSpan.FromDays(3));
        await WriteTextAsync(store, "datasets/m/a.csv", "x");

        Assert.Equal(_clock.GetUtcNow(), (await store.GetPropertiesAsync("datasets/m/a.csv", Cancelled))!.LastModified);
    }

    [Fact]
    public async Task What_is_no_blob_is_left_out_of_listings()
    {
        var store = Open();
        await WriteTextAsync(store, "datasets/m/a.csv", "x", metadata: new() { ["run"] = "a1" });
        Directory.CreateDirectory(PathOf("datasets/empty"));
        Directory.CreateDirectory(PathOf("datasets/.store"));
        await File.WriteAllTextAsync(PathOf("datasets/.store/b"), "x", Cancelled);
        if (!OperatingSystem.IsWindows())
        {
            await File.WriteAllTextAsync(PathOf("datasets/m/a:b"), "x", Cancelled);
            await File.WriteAllTextAsync(PathOf("datasets/m/a\\b"), "x", Cancelled);
            await File.WriteAllTextAsync(PathOf("datasets/m/line\nbreak"), "x", Cancelled);
        }

        Assert.Equal(["datasets/m/a.csv"], await NamesAsync(store, ""));
    }

    [Theory]
    [InlineData("../")]
    [InlineData("../outside")]
    [InlineData("datasets/../../")]
    [InlineData("/")]
    [InlineData(".store/")]
    [InlineData("./datasets/")]
    public async Task A_prefix_never_leads_out_of_the_folder(string prefix)
    {
        await File.WriteAllTextAsync(Path.Combine(_outside.FullName, "outside.csv"), "secret", Cancelled);
        var store = Open();
        await WriteTextAsync(store, "datasets/m/a.csv", "x", metadata: new() { ["run"] = "a1" });

        Assert.Empty(await NamesAsync(store, prefix));
    }

    [Fact]
    public async Task A_listing_bears_files_that_vanish_meanwhile()
    {
        var store = Open();
        string[] names = ["datasets/a/1", "datasets/a/2", "datasets/b/1", "datasets/c/1"];
        foreach (var name in names) await WriteTextAsync(store, name, "x");

        var seen = new List<string>();
        await foreach (var blob in store.ListAsync("datasets/", Cancelled))
        {
            seen.Add(blob.Name);
            File.Delete(PathOf("datasets/a/2"));
            if (Directory.Exists(PathOf("datasets/b"))) Directory.Delete(PathOf("datasets/b"), recursive: true);
        }

        Assert.Equal(["datasets/a/1", "datasets/c/1"], seen);
    }

    [Fact]
    public async Task A_lease_and_one_below_it_do_not_meet()
    {
        var store = Open();
        await using var above = await store.TryAcquireLeaseAsync("models/m", Cancelled);
        await using var below = await store.TryAcquireLeaseAsync("models/m/training.lease", Cancelled);

        Assert.NotNull(above);
        Assert.NotNull(below);
        Assert.Empty(await NamesAsync(store, ""));
    }

    [Fact]
    public void A_path_maps_to_the_blob_name_and_what_is_no_blob_to_null()
    {
        var store = Open();

        Assert.Equal(_root, store.Root);
        Assert.Equal(_root, store.Location);
        Assert.Equal("datasets/m/a.csv", store.NameOf(PathOf("datasets/m/a.csv")));
        Assert.Equal("datasets/a.csv", store.NameOf(PathOf("datasets/m/../a.csv")));
        Assert.Null(store.NameOf(PathOf(".store/tmp/1")));
        Assert.Null(store.NameOf(PathOf("datasets/a:b")));
        Assert.Null(store.NameOf(PathOf("../outside")));
        Assert.Null(store.NameOf(_root));
        Assert.Null(store.NameOf(_root + "-2/datasets/a.csv"));
        Assert.Equal(_root, new FolderBlobStore(_root + Path.DirectorySeparatorChar, _clock).Root);
    }

    private FolderBlobStore Open() => new(_root, _clock);

    private string PathOf(string name) => Path.Combine(_root, name);
}
