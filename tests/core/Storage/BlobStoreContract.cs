using System.Text;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

/// <summary>What every <see cref="BlobStore"/> promises. Derive from this to test a store.</summary>
public abstract partial class BlobStoreContract
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
