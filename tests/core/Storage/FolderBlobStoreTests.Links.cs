using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

/// <summary>Folders and links in place of blobs.</summary>
public sealed partial class FolderBlobStoreTests
{
    [Fact]
    public async Task A_folder_is_no_blob()
    {
        var store = Open();
        await WriteTextAsync(store, "datasets/m/a.csv", "x");

        Assert.Null(await store.GetPropertiesAsync("datasets/m", Cancelled));
        Assert.Null(await store.OpenReadAsync("datasets/m", Cancelled));
        Assert.Null(await store.ReadRangeAsync("datasets/m", 0, 1, Cancelled));
        Assert.False(await store.DeleteAsync("datasets/m", Cancelled));
        var error = await Assert.ThrowsAsync<IOException>(() => WriteTextAsync(store, "datasets/m", "x"));
        Assert.Contains("'datasets/m' is a folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_cannot_lie_under_another_blob()
    {
        var store = Open();
        await WriteTextAsync(store, "datasets/m", "x");

        Assert.Null(await store.GetPropertiesAsync("datasets/m/a/b", Cancelled));
        Assert.Null(await store.OpenReadAsync("datasets/m/a/b", Cancelled));
        Assert.False(await store.DeleteAsync("datasets/m/a/b", Cancelled));
        var error = await Assert.ThrowsAsync<IOException>(() => WriteTextAsync(store, "datasets/m/a/b", "x"));
        Assert.Contains("'datasets/m' is a file", error.Message, StringComparison.Ordinal);
        Assert.Equal("x", await TextAsync(store, "datasets/m"));
    }

    [Fact]
    public async Task A_link_is_followed_neither_to_read_nor_to_write_nor_to_list()
    {
        var store = Open();
        await WriteTextAsync(store, "datasets/m/a.csv", "x");
        var secret = Path.Combine(_outside.FullName, "secret");
        await File.WriteAllTextAsync(secret, "secret", Cancelled);
        File.CreateSymbolicLink(PathOf("datasets/m/file"), secret);
        File.CreateSymbolicLink(PathOf("datasets/m/dangling"), Path.Combine(_outside.FullName, "nothing"));
        Directory.CreateSymbolicLink(PathOf("datasets/out"), _outside.FullName);
        Directory.CreateSymbolicLink(PathOf("datasets/m/loop"), _root);

        Assert.Equal(["datasets/m/a.csv"], await NamesAsync(store, ""));
        Assert.Empty(await NamesAsync(store, "datasets/out/"));
        string[] linked =
        [
            "datasets/m/file", "datasets/m/dangling", "datasets/out/secret", "datasets/out/new",
            "datasets/m/loop/datasets/m/a.csv",
        ];
        foreach (var name in linked)
        {
            Assert.Null(await store.GetPropertiesAsync(name, Cancelled));
            Assert.Null(await store.OpenReadAsync(name, Cancelled));
            Assert.Null(await store.ReadRangeAsync(name, 0, 1, Cancelled));
            Assert.False(await store.DeleteAsync(name, Cancelled));
            var error = await Assert.ThrowsAsync<IOException>(() => WriteTextAsync(store, name, "overwritten"));
            Assert.Contains("is a link", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("secret", await File.ReadAllTextAsync(secret, Cancelled));
        Assert.False(File.Exists(Path.Combine(_outside.FullName, "nothing")));
        Assert.False(File.Exists(Path.Combine(_outside.FullName, "new")));
        Assert.Equal("x", await TextAsync(store, "datasets/m/a.csv"));
    }

    [Fact]
    public void The_store_s_own_folder_may_not_be_a_link()
    {
        var elsewhere = _outside.CreateSubdirectory("elsewhere");
        Directory.CreateDirectory(_root);
        Directory.CreateSymbolicLink(PathOf(".store"), elsewhere.FullName);

        Assert.Throws<IOException>(Open);
    }

    [Fact]
    public async Task The_root_itself_may_be_a_link()
    {
        await WriteTextAsync(Open(), "datasets/m/a.csv", "x");
        var link = Path.Combine(_outside.FullName, "link");
        Directory.CreateSymbolicLink(link, _root);

        Assert.Equal("x", await TextAsync(new FolderBlobStore(link, _clock), "datasets/m/a.csv"));
    }
}
