using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

/// <summary>Writes that depend on what is there, their ETags and their metadata.</summary>
public abstract partial class BlobStoreContract
{
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
}
