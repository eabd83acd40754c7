using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Tests;

namespace Serverless.Core.Tests.Serving;

public sealed class ModelCacheTests
{
    private const string Row = """{"x": 5}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_promotion_elsewhere_is_answered_with_after_the_refresh_interval()
    {
        await using var product = await TwoVersionsAsync();
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var serving = new Product(product.Folder, clock);
        Assert.Equal(1, await VersionAsync(serving));

        await product.Registry.PromoteAsync("lines", 2, null, "a person", "why", Cancelled);
        Assert.Equal(1, await VersionAsync(serving));
        clock.Advance(new ServingOptions().RefreshInterval);

        // The timer's look has begun; requests are answered while it goes on.
        for (var i = 0; i < 6000 && await VersionAsync(serving) == 1; i++) await Task.Delay(10, Cancelled);
        Assert.Equal(2, await VersionAsync(serving));
        Assert.Contains("Information: lines answers with version 1, its first in this process.", serving.Logs);
        Assert.Contains("Information: lines now answers with version 2, before with version 1.", serving.Logs);
    }

    [Fact]
    public async Task A_champion_whose_file_is_broken_leaves_the_last_good_one_and_is_told_of_once()
    {
        await using var product = await TwoVersionsAsync();
        var good = await product.Store.ReadAllAsync(BlobPaths.ModelFile("lines", 2), 1 << 20, Cancelled);
        await product.WriteAsync(BlobPaths.ModelFile("lines", 2), "broken");
        await product.Registry.PromoteAsync("lines", 2, null, "a person", "why", Cancelled);

        var cache = product.Get<ModelCache>();
        for (var i = 0; i < 3; i++) Assert.Equal(1, (await cache.RefreshAsync("lines", Cancelled))!.Version);
        Assert.Equal(1, await VersionAsync(product));
        Assert.Single(
            product.Logs,
            l => l.StartsWith(
                "Error: Version 2 of lines could not be loaded; version 1 keeps", StringComparison.Ordinal));

        await product.Store.WriteAsync(
            BlobPaths.ModelFile("lines", 2), good!.Value.Bytes, WriteCondition.Always, Cancelled);
        await cache.RefreshAsync("lines", Cancelled);
        Assert.Equal(2, await VersionAsync(product));
    }

    [Fact]
    public async Task A_store_failure_keeps_the_cached_version_and_without_one_is_a_fault()
    {
        await using var product = await TwoVersionsAsync();
        Assert.Equal(1, await VersionAsync(product));
        await product.Registry.PromoteAsync("lines", 2, null, "a person", "why", Cancelled);
        product.Store.Opening = _ => throw new IOException("The network is down.");
        Assert.Equal(1, (await product.Get<ModelCache>().RefreshAsync("lines", Cancelled))!.Version);
        Assert.Contains(product.Logs, l => l.Contains("could not be refreshed", StringComparison.Ordinal));

        await using var other = new Product(product.Folder);
        other.Store.Opening = product.Store.Opening;
        await Assert.ThrowsAsync<IOException>(async () => await other.PredictAsync("lines", Row));
        other.Store.Opening = null;
        Assert.Equal(2, await VersionAsync(other));
    }

    [Fact]
    public async Task While_one_request_looks_for_a_new_champion_the_others_are_answered()
    {
        await using var product = await TwoVersionsAsync();
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var serving = new Product(product.Folder, clock);
        Assert.Equal(1, await VersionAsync(serving));
        await product.Registry.PromoteAsync("lines", 2, null, "a person", "why", Cancelled);
        var (looking, mayGoOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        serving.Store.Opening = async _ =>
        {
            looking.TrySetResult();
            await mayGoOn.Task;
        };

        var refresh = serving.Get<ModelCache>().RefreshAsync("lines", Cancelled);
        try
        {
            await looking.Task.WaitAsync(TimeSpan.FromMinutes(5), Cancelled);
            clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(1, await VersionAsync(serving).WaitAsync(TimeSpan.FromMinutes(5), Cancelled));
        }
        finally
        {
            mayGoOn.SetResult();
        }

        Assert.Equal(2, (await refresh)!.Version);
    }

    [Fact]
    public async Task Fifty_first_requests_at_once_load_the_model_once()
    {
        await using var product = await TwoVersionsAsync();
        await using var serving = new Product(product.Folder);

        var versions = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => VersionAsync(serving))));

        Assert.All(versions, v => Assert.Equal(1, v));
        Assert.Single(serving.Store.Opened, name => name == BlobPaths.ModelFile("lines", 1));
        Assert.Single(serving.Store.Opened, name => name == BlobPaths.Aliases("lines"));
    }

    [Theory]
    [InlineData(10, 60, "RefreshInterval")]
    [InlineData(1000, 0, "FlushInterval")]
    public void Options_out_of_bounds_name_themselves(int refreshMilliseconds, int flushSeconds, string name)
    {
        var options = new ServingOptions
        {
            RefreshInterval = TimeSpan.FromMilliseconds(refreshMilliseconds),
            FlushInterval = TimeSpan.FromSeconds(flushSeconds),
        };
        var result = new ServingOptionsValidator().Validate(name: null, options);
        Assert.StartsWith($"{name}: expected", result.FailureMessage, StringComparison.Ordinal);
    }

    /// <summary>Version 1 is champion.</summary>
    private static async Task<Product> TwoVersionsAsync()
    {
        var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.NewestFile);
        await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        return product;
    }

    private static async Task<int> VersionAsync(Product product) =>
        Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("lines", Row)).Version;
}
