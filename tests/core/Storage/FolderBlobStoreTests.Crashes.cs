using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

/// <summary>Remains of crashes, failures and overwritten blobs.</summary>
public sealed partial class FolderBlobStoreTests
{
    [Fact]
    public async Task Leftovers_of_a_crash_are_swept_at_the_next_start_but_not_what_is_still_being_written()
    {
        var store = Open();
        using var content = new HalfwayStream(Pattern(200_000));
        var writing = store.WriteAsync("datasets/m/a.csv", content, WriteCondition.Always, metadata: null, Cancelled);
        await content.Halfway.WaitAsync(Cancelled);
        var beingWritten = Assert.Single(Directory.GetFiles(PathOf(".store/tmp")));
        var old = PathOf(".store/tmp/old");
        var young = PathOf(".store/tmp/young");
        await File.WriteAllTextAsync(old, "half a b", Cancelled);
        await File.WriteAllTextAsync(young, "half a b", Cancelled);
        File.SetLastWriteTimeUtc(beingWritten, _clock.GetUtcNow().UtcDateTime.AddDays(-1));
        File.SetLastWriteTimeUtc(old, _clock.GetUtcNow().UtcDateTime.AddMinutes(-11));
        File.SetLastWriteTimeUtc(young, _clock.GetUtcNow().UtcDateTime.AddMinutes(-9));

        var restarted = Open();

        Assert.Equal([beingWritten, young], Directory.GetFiles(PathOf(".store/tmp")).OrderBy(p => p == young));
        Assert.Empty(await NamesAsync(restarted, ""));
        content.Resume();
        Assert.True((await writing).Written);
        Assert.Equal(["datasets/m/a.csv"], await NamesAsync(restarted, ""));
    }

    [Fact]
    public async Task Metadata_left_by_a_crash_does_not_touch_the_old_blob_and_goes_with_the_next_write()
    {
        var store = Open();
        await WriteTextAsync(store, "datasets/m/a.csv", "x", metadata: new() { ["run"] = "a1" });
        var folder = PathOf(".store/meta/datasets/m/a.csv");
        await File.WriteAllTextAsync(Path.Combine(folder, "8de000000000000-1.json"), "{\"run\":", Cancelled);

        Assert.Equal("a1", (await store.GetPropertiesAsync("datasets/m/a.csv", Cancelled))!.Metadata["run"]);

        await WriteTextAsync(store, "datasets/m/a.csv", "x", metadata: new() { ["run"] = "b2" });
        Assert.Single(Directory.GetFiles(folder));
        await store.DeleteAsync("datasets/m/a.csv", Cancelled);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task Metadata_that_somebody_broke_is_told_with_its_file()
    {
        var store = Open();
        await WriteTextAsync(store, "datasets/m/a.csv", "x", metadata: new() { ["run"] = "a1" });
        var file = Assert.Single(Directory.GetFiles(PathOf(".store/meta/datasets/m/a.csv")));
        await File.WriteAllTextAsync(file, "{\"run\":", Cancelled);

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => store.GetPropertiesAsync("datasets/m/a.csv", Cancelled));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_but_the_blob_is_left_of_a_write_that_ends_well_or_badly()
    {
        var store = Open();
        await WriteTextAsync(store, "datasets/m/a.csv", "x");
        using var content = new HalfwayStream(Pattern(200_000));
        content.Fail(new IOException("the cable was pulled"));
        await Assert.ThrowsAsync<IOException>(
            () => store.WriteAsync("datasets/m/b", content, WriteCondition.Always, metadata: null, Cancelled));

        Assert.Empty(Directory.GetFiles(PathOf(".store/tmp")));
        Assert.Empty(Directory.GetFileSystemEntries(PathOf(".store/meta")));
    }

    [Fact]
    public async Task A_reader_keeps_its_version_when_the_blob_is_overwritten_or_deleted()
    {
        var store = Open();
        var first = await WriteTextAsync(store, "datasets/m/a.csv", "first");
        await using var read = await store.OpenReadAsync("datasets/m/a.csv", Cancelled);
        await WriteTextAsync(store, "datasets/m/a.csv", "second");
        await store.DeleteAsync("datasets/m/a.csv", Cancelled);

        using var text = new StreamReader(read!.Content);
        Assert.Equal("first", await text.ReadToEndAsync(Cancelled));
        Assert.Equal(first.ETag, read.Properties.ETag);
    }
}
