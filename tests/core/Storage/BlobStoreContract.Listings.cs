using System.Text;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

/// <summary>What is listed, and in which order.</summary>
public abstract partial class BlobStoreContract
{
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
            "models/a/model.json", "models/a/versions/1/model.bin", "models/a/versions/2/model.bin",
            "models/b-1/versions/10/model.bin",
            "models/b/model.json", "models/readme.txt", "modelsx/c/model.json", "datasets/d/rows.csv",
        ];
        foreach (var name in names) await WriteTextAsync(store, name, name);
        Assert.Equal(
            ["a", "b", "b-1"], (await store.ListFoldersAsync("models/", Cancelled).ToListAsync(Cancelled)).Order());
        Assert.Equal(
            ["1", "2"], (await store.ListFoldersAsync("models/a/versions/", Cancelled).ToListAsync(Cancelled)).Order());
        Assert.Empty(await store.ListFoldersAsync("models/none/", Cancelled).ToListAsync(Cancelled));
        Assert.Empty(await store.ListFoldersAsync("nothing/", Cancelled).ToListAsync(Cancelled));
        await store.DeleteAsync("models/b/model.json", Cancelled);
        Assert.Equal(["a", "b-1"], (await store.ListFoldersAsync("models/", Cancelled).ToListAsync(Cancelled)).Order());
        foreach (var wrong in (string[])["", "models", "/", "../", "models//"])
        {
            await Assert.ThrowsAsync<ArgumentException>(
                async () => await store.ListFoldersAsync(wrong, Cancelled).ToListAsync(Cancelled));
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
}
