using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Serverless.Core.Storage;
using Serverless.Core.Tests.Storage;
using Serverless.Tests;

namespace Serverless.Azure.Tests;

/// <summary>What only a store in the cloud has: containers, blocks, leases that run out, keys.</summary>
public sealed class AzureOwnTests(SharedAzurite azurite) : IDisposable
{
    private const string Name = "models/m/model.bin";

    private readonly LossyNetwork _network = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _network.Dispose();

    [Theory]
    [InlineData("model.json")]
    [InlineData("Models/a")]
    [InlineData("ab/a")]
    [InlineData("a--b/a")]
    [InlineData("-models/a")]
    public async Task A_name_that_begins_with_no_container_is_refused(string name)
    {
        var store = SharedAzurite.Open(await azurite.NewAccountAsync());
        var error = await Assert.ThrowsAsync<ArgumentException>(() => store.GetPropertiesAsync(name, Cancelled));
        Assert.Contains("must begin with a container", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Containers_are_listed_in_the_order_of_their_blobs_names()
    {
        var store = SharedAzurite.Open(await azurite.NewAccountAsync());
        foreach (var name in (string[])["data/x", "data-2/x", "data2/x"])
        {
            await store.WriteAsync(name, "1"u8.ToArray(), WriteCondition.Always, Cancelled);
        }

        var names = await store.ListAsync("data", Cancelled).Select(b => b.Name).ToListAsync(Cancelled);
        Assert.Equal(["data-2/x", "data/x", "data2/x"], names);
    }

    [Fact]
    public async Task More_blobs_than_one_page_holds_are_all_listed()
    {
        var store = SharedAzurite.Open(await azurite.NewAccountAsync());
        var names = Enumerable.Range(0, 5100).Select(i => $"predictions/m/{i:0000}").ToArray();
        await Parallel.ForEachAsync(
            names,
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancelled },
            async (name, stop) => await store.WriteAsync(name, Array.Empty<byte>(), WriteCondition.Always, stop));

        Assert.Equal(
            names, await store.ListAsync("predictions/", Cancelled).Select(b => b.Name).ToListAsync(Cancelled));
    }

    [Fact]
    public async Task What_others_uploaded_is_a_blob_unless_its_name_could_not_be_one()
    {
        var account = await azurite.NewAccountAsync();
        var container = new BlobContainerClient(account, "datasets");
        await container.CreateAsync(cancellationToken: Cancelled);
        await container.UploadBlobAsync("m/a.csv", BinaryData.FromString("a,b"), Cancelled);
        await container.UploadBlobAsync("m/a:b.csv", BinaryData.FromString("a,b"), Cancelled);

        var store = SharedAzurite.Open(account);
        var blob = Assert.Single(await store.ListAsync("", Cancelled).ToListAsync(Cancelled));
        Assert.Equal("datasets/m/a.csv", blob.Name);
        Assert.Equal(blob.ETag, (await store.GetPropertiesAsync(blob.Name, Cancelled))!.ETag);
    }

    [Fact]
    public async Task A_source_that_fails_after_blocks_were_sent_changes_nothing()
    {
        var store = SharedAzurite.Open(await azurite.NewAccountAsync());
        using var content = new HalfwayStream(new byte[3 * AzureBlobWriter.BlockBytes]);
        content.Fail(new IOException("the cable was pulled"));

        var error = await Assert.ThrowsAsync<IOException>(
            () => store.WriteAsync(Name, content, WriteCondition.Always, metadata: null, Cancelled));

        Assert.Equal("the cable was pulled", error.Message);
        Assert.Empty(await store.ListAsync("", Cancelled).ToListAsync(Cancelled));
    }

    [Fact]
    public async Task Large_writes_of_one_blob_at_once_end_with_one_of_them_whole()
    {
        var account = await azurite.NewAccountAsync();
        var contents = Enumerable.Range(1, 3).Select(i =>
        {
            var bytes = new byte[AzureBlobWriter.BlockBytes + (1000 * i)];
            Array.Fill(bytes, (byte)i);
            return bytes;
        }).ToArray();

        // A commit discards the blocks of the others, which then begin again.
        var results = await Task.WhenAll(contents.Select(c => Task.Run(
            () => SharedAzurite.Open(account).WriteAsync(Name, c, WriteCondition.Always, Cancelled))));

        Assert.All(results, r => Assert.True(r.Written));
        var (bytes, etag) = (await SharedAzurite.Open(account).ReadAllAsync(Name, 1 << 26, Cancelled))!.Value;
        Assert.Equal(results[bytes[0] - 1].ETag, etag);
        Assert.True(bytes.AsSpan().SequenceEqual(contents[bytes[0] - 1]));
    }

    [Fact]
    public async Task The_key_of_a_write_s_id_cannot_be_used_by_callers()
    {
        var store = SharedAzurite.Open(await azurite.NewAccountAsync());
        var metadata = new Dictionary<string, string> { ["ServerlessWrite"] = "x" };
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.WriteAsync(Name, Stream.Null, WriteCondition.Always, metadata, Cancelled));
    }

    [Fact]
    public async Task A_wrong_key_is_told_as_refused_access_and_shown_nowhere()
    {
        var account = await azurite.NewAccountAsync();
        var key = Convert.ToBase64String("another key"u8);
        var wrong = string.Join(
            ';',
            account.Split(';').Select(
                p => p.StartsWith("AccountKey=", StringComparison.Ordinal) ? $"AccountKey={key}" : p));
        var store = SharedAzurite.Open(wrong);

        var error = await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => store.GetPropertiesAsync(Name, Cancelled));

        Assert.Contains("access denied", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("AccountKey", store.Location, StringComparison.Ordinal);
        Assert.StartsWith("http://127.0.0.1:", store.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lease_is_renewed_beyond_its_minute_and_lost_when_somebody_breaks_it()
    {
        var account = await azurite.NewAccountAsync();
        var clock = new ManualClock();
        await using var lease = await Open(account, clock).TryAcquireLeaseAsync(Name, Cancelled);
        for (var i = 0; i < 5; i++)
        {
            var sent = _network.Sent;
            clock.Advance(TimeSpan.FromSeconds(20));
            while (_network.Sent == sent) await Task.Delay(5, Cancelled);
            await Task.Delay(50, Cancelled);
            Assert.False(lease!.Lost.IsCancellationRequested);
        }

        var blob = new BlobContainerClient(account, "models").GetBlobClient(".store/leases/m/model.bin");
        await blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Cancelled);
        clock.Advance(TimeSpan.FromSeconds(20));
        await LostAsync(lease!);
    }

    [Fact]
    public async Task A_lease_that_cannot_be_renewed_is_lost_before_anybody_else_can_take_it()
    {
        var clock = new ManualClock();
        await using var lease = await Open(await azurite.NewAccountAsync(), clock).TryAcquireLeaseAsync(
            Name, Cancelled);
        _network.LosesRequest = _ => true;
        for (var second = 0; second < 54; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2, Cancelled);
        }

        Assert.False(lease!.Lost.IsCancellationRequested);
        for (var second = 54; second < 59 && !lease.Lost.IsCancellationRequested; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(50, Cancelled);
        }

        await LostAsync(lease);
    }

    private AzureBlobStore Open(string account, TimeProvider clock)
    {
        var options = new BlobClientOptions
        {
            Transport = new global::Azure.Core.Pipeline.HttpClientTransport(
            _network)
        };
        return new AzureBlobStore(AzureStoreSettings.TryParse(account, "the test")!.CreateClient(options), clock);
    }

    private static async Task LostAsync(BlobLease lease)
    {
        var lost = new TaskCompletionSource();
        await using var registered = lease.Lost.Register(lost.SetResult);
        await lost.Task.WaitAsync(TimeSpan.FromMinutes(5), Cancelled);
    }
}
