using Serverless.Core.Monitoring;
using Serverless.Core.Serving;
using Serverless.Core.Tests.Serving;
using Serverless.Tests;

namespace Serverless.Core.Tests.Monitoring;

/// <summary>A timer's tick changes neither which models are in the serving cache, nor their order.</summary>
public sealed class ServingCacheTests
{
    private static readonly string[] _models = ["first", "second", "third"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_drift_check_of_three_models_leaves_the_loaded_one_and_loads_nothing()
    {
        var trainer = new LargeTrainer();
        await using var product = await TrainedAsync(trainer);
        await using var serving = new Product(product.Folder, options: Room(1 << 20), more: trainer);
        var cache = serving.Get<ModelCache>();
        foreach (var model in _models.Append("second")) Assert.True(await cache.IsReadyAsync(model, Cancelled));
        Assert.Equal(1, cache.Count);
        var (loaded, loads) = (cache.FindCached("second"), trainer.Loads);
        Assert.NotNull(loaded);

        await serving.Get<DriftMonitor>().CheckAllAsync(Cancelled);

        Assert.Equal((1, loads), (cache.Count, trainer.Loads));
        Assert.Same(loaded, cache.FindCached("second"));
        foreach (var model in _models)
        {
            Assert.Equal(1, (await serving.Get<DriftMonitor>().LatestAsync(model, Cancelled))!.Version);
        }
    }

    [Fact]
    public async Task A_drift_check_does_not_change_which_model_makes_room_next()
    {
        var (trainer, clock) = (new LargeTrainer(), new ManualClock(TimeProvider.System.GetUtcNow()));
        await using var product = await TrainedAsync(trainer);
        var bytes = (await product.Get<ModelCache>().GetAsync("second", Cancelled))!.Bytes;
        var room = Room((long)(2.8 * bytes)); // for two: an eighth is left for models that wait to be collected
        await using var serving = new Product(product.Folder, clock, room, more: trainer);
        var cache = serving.Get<ModelCache>();
        await AskNextAsync("second");
        await AskNextAsync("first");
        clock.Advance(room.RefreshInterval);
        await serving.Get<DriftMonitor>().CheckAllAsync(Cancelled); // looks at the first model first
        await AskNextAsync("third");

        Assert.Equal([true, false, true], _models.Select(m => cache.FindCached(m) is not null));

        async Task AskNextAsync(string model)
        {
            clock.Advance(room.RefreshInterval);
            Assert.True(await cache.IsReadyAsync(model, Cancelled));
        }
    }

    private static ServingOptions Room(long bytes) =>
        new()
        {
            ModelCacheMegabytes = (int)Math.Ceiling(bytes / (double)(1 << 20)),
            FlushInterval = TimeSpan.FromHours(1)
        };

    private static async Task<Product> TrainedAsync(LargeTrainer trainer)
    {
        var product = new Product(more: trainer);
        foreach (var model in _models)
        {
            await product.TrainAsync(model, "a.csv", SmallData.Line(3), LargeTrainer.Definition);
        }

        return product;
    }
}
