using Microsoft.Extensions.DependencyInjection;
using Serverless.Core.Batch;
using Serverless.Core.Monitoring;
using Serverless.Core.Removal;
using Serverless.Core.Serving;
using Serverless.Core.Training;
using Serverless.Core.Truth;
using Serverless.Tests;

namespace Serverless.Core.Tests.Removal;

public sealed class RetentionTests
{
    private const string Row = """{"x": 5, "colour": "red"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_setting_deletes_what_is_older_in_its_own_folders_only()
    {
        (RetentionOptions Options, string[] Folders)[] settings =
        [
            (new RetentionOptions { PredictionRetentionDays = 10 }, ["predictions/"]),
            (new RetentionOptions { FeedbackRetentionDays = 10 }, ["feedback/"]),
            (new RetentionOptions { QuarantineRetentionDays = 10 }, ["quarantine/"]),
            (new RetentionOptions { BatchOutputRetentionDays = 10 }, ["batch/out/"]),
            (new RetentionOptions { LeftoverRetentionDays = 10 }, ["batch/parts/"]),
            (new RetentionOptions { ReportRetentionDays = 10 },
                ["monitoring/lines/alerts/", "monitoring/lines/drift/20", "monitoring/lines/staleness/20"]),
        ];
        foreach (var (options, folders) in settings)
        {
            var clock = new ManualClock(TimeProvider.System.GetUtcNow());
            await using var product = await GrownAsync(clock, options);
            var before = await product.ListAsync("");
            Assert.All(folders, f => Assert.Contains(before, name => name.StartsWith(f, StringComparison.Ordinal)));
            clock.Advance(TimeSpan.FromDays(9));
            await product.Get<Retention>().CleanAsync(Cancelled);
            Assert.Equal(before, await product.ListAsync(""));

            clock.Advance(TimeSpan.FromDays(2));
            await product.Get<Retention>().CleanAsync(Cancelled);
            Assert.Equal(
                before.Where(name => !folders.Any(f => name.StartsWith(f, StringComparison.Ordinal))),
                await product.ListAsync(""));
        }
    }

    [Fact]
    public async Task Without_a_setting_everything_stays()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await GrownAsync(clock, new RetentionOptions());
        var before = await product.ListAsync("");
        clock.Advance(TimeSpan.FromDays(3650));
        await product.Get<Retention>().CleanAsync(Cancelled);
        Assert.Equal(before, await product.ListAsync(""));
    }

    [Fact]
    public async Task Receipts_of_files_as_they_are_stay_and_others_go()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await GrownAsync(clock, new RetentionOptions { ReceiptRetentionDays = 10 });
        await product.TrainAsync("lines", "old.csv", SmallData.Noise(5));
        var all = await product.ListAsync("monitoring/lines/receipts/");
        File.Delete(Path.Combine(product.Folder, "datasets/lines/old.csv"));
        clock.Advance(TimeSpan.FromDays(11));
        await product.Get<Retention>().CleanAsync(Cancelled);
        Assert.Equal(all.Count - 1, (await product.ListAsync("monitoring/lines/receipts/")).Count);
        // Nothing that was done is asked for again.
        Assert.Empty(await product.Get<DataSweep>().FindMissedAsync(Cancelled));
        Assert.Empty(await product.Get<DataSweep>().FindMissedBatchesAsync(Cancelled));
    }

    [Fact]
    public async Task The_newest_run_records_stay_so_that_a_retrain_knows_of_its_run()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await GrownAsync(clock, new RetentionOptions { RunRetentionDays = 10 });
        var own = (await product.ListAsync("monitoring/lines/runs/")).Count;
        clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < Retention.RunsKept; i++) await product.WriteAsync($"monitoring/lines/runs/{i}.json", "{}");
        clock.Advance(TimeSpan.FromDays(11));
        await product.Get<Retention>().CleanAsync(Cancelled);
        Assert.Equal(Retention.RunsKept, (await product.ListAsync("monitoring/lines/runs/")).Count);
        Assert.True(own > 0);
        // Their records are gone, and what is left tells the same.
        Assert.StartsWith(
            "There is nothing new to learn from",
            await product.Get<RetrainCheck>().FindObstacleAsync("lines", Cancelled),
            StringComparison.Ordinal);
    }

    /// <summary>A model that has trained, rejected, answered, learned the truth and predicted a file.</summary>
    private static async Task<Product> GrownAsync(ManualClock clock, RetentionOptions options)
    {
        var product = new Product(services => services.AddSingleton(options), clock: clock);
        await product.TrainAsync("lines", "bad.csv", "no,table\n", SmallData.NewestFile);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3));
        await product.PredictAsync("lines", Row);
        await product.Get<PredictionLog>().FlushAsync(Cancelled);
        await product.Get<FeedbackService>().RecordAsync("lines", """{"id": "1", "value": 3}"""u8.ToArray(), Cancelled);
        await product.Get<StalenessMonitor>().CheckAllAsync(Cancelled);
        await product.Get<DriftMonitor>().CheckAllAsync(Cancelled);
        await product.WriteAsync("batch/in/lines/f.csv", "x,colour\n1,red\n");
        await product.Get<BatchRunner>().RunDroppedAsync("lines/f.csv", Cancelled);
        await product.WriteAsync("batch/parts/lines/0123456789abcdef/checkpoint.json", "{}");
        return product;
    }
}
