using System.Text.Json;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Traffic;
using Serverless.Tests;

namespace Serverless.Core.Tests.Serving;

public sealed class PredictionLogTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_counts_are_those_of_the_traffic_through_flushes_and_swaps_while_many_ask()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        var cache = product.Get<ModelCache>();
        var rows = new long[3];

        var requests = Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                var body = """[{"x": 1, "colour": "red"}, {"x": 1e6}, {"colour": "violet"}]""";
                var answered = Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("lines", body));
                Interlocked.Add(ref rows[answered.Version], answered.Rows);
                if (i % 15 == caller)
                {
                    await product.Registry.PromoteAsync("lines", (i % 2) + 1, null, "a test", "swap", Cancelled);
                    await cache.RefreshAsync("lines", Cancelled);
                }

                if (i % 20 == caller) await product.Get<PredictionLog>().FlushAsync(Cancelled);
            }
        }));
        await Task.WhenAll(requests);
        await product.Get<PredictionLog>().FlushAsync(Cancelled);

        var sketches = await SketchesAsync(product);
        Assert.Equal(720, rows.Sum());
        foreach (var version in (int[])[1, 2])
        {
            var own = sketches.Where(s => s.Version == version).ToList();
            Assert.Equal(rows[version], own.Sum(s => s.Rows));
            // x, then colour: a third is missing in each, and a third of the colours is no known one.
            Assert.Equal(rows[version] / 3, own.Sum(s => s.Features[0].Missing));
            Assert.Equal(rows[version] / 3, own.Sum(s => s.Features[0].Counts[^1]));
            Assert.Equal(rows[version] / 3, own.Sum(s => s.Features[1].Counts[^1]));
            Assert.Equal(rows[version], own.Sum(s => s.Output!.Counts.Sum()));
        }
    }

    [Fact]
    public async Task Counts_that_cannot_be_written_are_written_later()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var log = product.Get<PredictionLog>();
        await AskAsync(product, 150);
        product.Store.FailToWrite("predictions/");
        await Assert.ThrowsAsync<IOException>(() => log.FlushAsync(Cancelled));
        await AskAsync(product, 50);
        await Assert.ThrowsAsync<IOException>(() => log.FlushAsync(Cancelled));
        product.Store.Writing = null;
        await log.FlushAsync(Cancelled);

        var sketch = Assert.Single(await SketchesAsync(product));
        Assert.Equal((200, 200, 100), (sketch.Rows, sketch.Features[0].Counts.Sum(), sketch.Sample.Count));
        Assert.Equal((0d, 9d), (sketch.Features[0].Minimum, sketch.Features[0].Maximum));
        Assert.Equal(100, sketch.Sample.Select(s => s.Id).Distinct().Count());
    }

    [Fact]
    public async Task The_sample_is_bounded_in_rows_and_bytes_and_even()
    {
        await using var product = new Product(
            options: new ServingOptions { SampleRows = 50, MaxSampleRowBytes = 1000 });
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        for (var i = 0; i < 10; i++) await AskAsync(product, 200);
        await product.Get<PredictionLog>().FlushAsync(Cancelled);
        var sketch = Assert.Single(await SketchesAsync(product));
        Assert.Equal((2000, 50), (sketch.Rows, sketch.Sample.Count));
        // Ids count up: of an even sample about half are from the first half.
        var numbers = sketch.Sample.Select(s => int.Parse(s.Id[(s.Id.IndexOf('-') + 1)..])).ToList();
        Assert.InRange(numbers.Count(n => n <= 1000), 15, 35);
        Assert.All(sketch.Sample, s => Assert.Equal(JsonValueKind.Object, s.Row!.Value.ValueKind));

        await product.PredictAsync("lines", $$"""{"x": 1, "y": "{{new string('z', 2000)}}"}""");
        await product.Get<PredictionLog>().FlushAsync(Cancelled);
        var last = (await SketchesAsync(product)).Single(s => s.Rows == 1);
        Assert.Null(Assert.Single(last.Sample).Row);
    }

    [Fact]
    public async Task Without_traffic_nothing_is_written_and_the_end_of_the_process_writes_the_rest()
    {
        var folder = Directory.CreateTempSubdirectory("serverless-").FullName;
        try
        {
            await using (var product = new Product(folder))
            {
                await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
                await product.Get<PredictionLog>().FlushAsync(Cancelled);
                Assert.Empty(await product.ListAsync("predictions/"));
                await AskAsync(product, 3);
            }

            await using var next = new Product(folder);
            Assert.Equal(3, Assert.Single(await SketchesAsync(next)).Rows);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AskAsync(Product product, int rows)
    {
        var body =
            $"[{string.Join(',', Enumerable.Range(0, rows).Select(i => $$"""{"x": {{i % 10}}, "colour": "red"}"""))}]";
        Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("lines", body));
    }

    private static async Task<List<TrafficSketch>> SketchesAsync(Product product)
    {
        var sketches = new List<TrafficSketch>();
        foreach (var name in await product.ListAsync("predictions/lines/"))
        {
            sketches.Add(JsonSerializer.Deserialize(await product.ReadAsync(name), TrafficJson.Default.TrafficSketch)!);
        }

        return sketches;
    }
}
