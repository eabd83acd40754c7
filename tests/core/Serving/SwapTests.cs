using System.Collections.Concurrent;
using System.Text.Json;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Tests;

namespace Serverless.Core.Tests.Serving;

/// <summary>Promotions and rollbacks under load. At full size where SERVERLESS_TEST_CRASHES is <c>full</c>.</summary>
[Collection(nameof(Alone))]
public sealed class SwapTests
{
    private static readonly bool _isFull = Environment.GetEnvironmentVariable("SERVERLESS_TEST_CRASHES") == "full";
    private static readonly int _swaps = _isFull ? 10_000 : 300;
    private const int Callers = 4;
    private static readonly TimeSpan _refresh = TimeSpan.FromMilliseconds(500);

    // A look that is late on a busy machine is waited for this long.
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task Each_answer_is_that_of_the_version_it_names_no_request_fails_and_memory_stays_flat()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var product = new Product(
            options: new ServingOptions { RefreshInterval = _refresh, FlushInterval = TimeSpan.FromSeconds(1) });
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        var cache = product.Get<ModelCache>();
        var values = new double[3];
        foreach (var version in (int[])[2, 1])
        {
            await product.Registry.PromoteAsync("lines", version, null, "a test", "swap", cancelled);
            await cache.RefreshAsync("lines", cancelled);
            values[version] = (await AskAsync(product)).Value;
        }

        Assert.NotEqual(values[1], values[2]);
        var (answered, isOver, memory) = (0L, false, 0L);
        var retired = new ConcurrentDictionary<int, long>();
        using var asking = new SemaphoreSlim(Callers);
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
            {
                await asking.WaitAsync(cancelled);
                var asked = TimeProvider.System.GetTimestamp();
                var (version, value) = await AskAsync(product);
                Assert.Equal(values[version], value);
                if (retired.TryGetValue(version, out var at) && at != 0)
                {
                    Assert.InRange(TimeProvider.System.GetElapsedTime(at, asked), TimeSpan.MinValue, _refresh + _look);
                }

                asking.Release();
                Interlocked.Increment(ref answered);
            }
        })).ToList();
        for (var swap = 0; swap < _swaps; swap++)
        {
            var version = swap % 2 == 0 ? 2 : 1;
            retired[version] = 0;
            await product.Registry.PromoteAsync("lines", version, null, "a test", "swap", cancelled);
            retired[3 - version] = TimeProvider.System.GetTimestamp();
            // Mostly at once, as in the process that promotes; now and then only when the timer looks, as in another
            // one.
            if (swap % 50 == 49) await Task.Delay(_refresh, cancelled);
            else await cache.RefreshAsync("lines", cancelled);
            if (swap == _swaps / 2) memory = await MemoryAsync(product, asking);
        }

        var grown = await MemoryAsync(product, asking) - memory;
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(callers);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{answered} answers over {_swaps} swaps; memory {memory >> 10} KB, grown by {grown >> 10} KB");
        Assert.True(answered > _swaps, $"{answered}");
        Assert.True(grown < memory / 20, $"memory grew by {grown} bytes over {memory}");
    }

    /// <summary>
    /// While nobody asks: what was counted since the last flush, by however many processors, is no growth.
    /// </summary>
    private static async Task<long> MemoryAsync(Product product, SemaphoreSlim asking)
    {
        for (var i = 0; i < Callers; i++)
        {
            await asking.WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        }

        product.Store.Opened.Clear();
        product.Logs.Clear();
        await product.Get<PredictionLog>().FlushAsync(TestContext.Current.CancellationToken);
        var memory = await Alone.LiveBytesAsync();
        asking.Release(Callers);
        return memory;
    }

    private static async Task<(int Version, double Value)> AskAsync(Product product)
    {
        var answered = Assert.IsType<PredictOutcome.Answered>(
            await product.PredictAsync("lines", """{"x": 5, "colour": "red"}"""));
        using var answer = answered.Answer;
        using var json = JsonDocument.Parse(answered.Json);
        Assert.Equal(answered.Version, json.RootElement.GetProperty("version").GetInt32());
        return (answered.Version, json.RootElement.GetProperty("predictions")[0].GetProperty("value").GetDouble());
    }
}
