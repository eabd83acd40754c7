using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Monitoring;

public sealed class StalenessMonitorTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_champion_that_is_too_old_raises_an_alert_and_with_newer_data_asks_for_one_retrain_a_day()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await TrainedAsync(clock, """, "freshness": {"maxAgeDays": 10}}""");

        clock.Advance(TimeSpan.FromDays(9));
        Assert.Empty(await CheckAsync(product));
        Assert.False((await LatestAsync(product)).Stale);
        Assert.Empty(await product.ListAsync("monitoring/lines/alerts/"));

        clock.Advance(TimeSpan.FromDays(2));
        Assert.Empty(await CheckAsync(product));
        Assert.Equal(
            (true, false, 11d),
            ((await LatestAsync(
                product)).Stale, (await LatestAsync(product)).UnseenData, (await LatestAsync(product)).AgeDays));
        Assert.Single(await product.ListAsync("monitoring/lines/alerts/"));

        clock.Advance(TimeSpan.FromDays(1));
        await DropAsync(product, clock, "notes.md");
        Assert.Empty(await CheckAsync(product));

        clock.Advance(TimeSpan.FromDays(1));
        await DropAsync(product, clock, "b.csv");
        var request = Assert.Single(await CheckAsync(product));
        Assert.Equal("lines", request.Model);
        Assert.Contains(
            "datasets/lines/b.csv is newer than the newest version", request.Reason, StringComparison.Ordinal);
        Assert.Empty(await CheckAsync(product));
    }

    [Fact]
    public async Task Staleness_without_anything_new_to_learn_from_asks_for_no_retrain_and_says_so()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await TrainedAsync(clock, """, "freshness": {"maxAgeDays": 10}}""");
        clock.Advance(TimeSpan.FromDays(11));
        await product.DropAsync("lines", "b.csv", "no,table\n");
        File.SetLastWriteTimeUtc(Path.Combine(product.Folder, "datasets/lines/b.csv"), clock.GetUtcNow().UtcDateTime);
        Assert.Equal(RunOutcome.Rejected, (await product.RunAsync("lines", "b.csv")).Outcome);

        Assert.Empty(await CheckAsync(product));
        Assert.True((await LatestAsync(product)).UnseenData);
        var alerts = await product.Get<Alerts>().ListAsync("lines", TimeSpan.FromDays(1), Cancelled);
        var stale = Assert.Single(alerts, a => a.Kind == AlertKind.Staleness);
        Assert.Contains(
            "No retrain is requested. There is nothing new to learn from", stale.Message, StringComparison.Ordinal);
        Assert.Contains("made version 1, which is live", stale.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_freshness_retrain_there_is_an_alert_and_no_retrain()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await TrainedAsync(clock, """, "freshness": {"retrain": false}}""");
        clock.Advance(TimeSpan.FromDays(31));
        await DropAsync(product, clock, "b.csv");

        Assert.Empty(await CheckAsync(product));
        Assert.True((await LatestAsync(product)).UnseenData);
        Assert.Equal(
            AlertKind.Staleness,
            Assert.Single(await product.Get<Alerts>().ListAsync("lines", TimeSpan.FromDays(1), Cancelled)).Kind);
    }

    [Fact]
    public async Task A_model_without_a_champion_has_no_report()
    {
        await using var product = new Product();
        await product.WriteAsync("models/lines/model.json", "{}");
        Assert.Empty(await CheckAsync(product));
        Assert.Null(await product.Get<StalenessMonitor>().LatestAsync("lines", Cancelled));
    }

    private static async Task<Product> TrainedAsync(ManualClock clock, string freshness)
    {
        var product = new Product(clock: clock);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression[..^1] + freshness);
        File.SetLastWriteTimeUtc(
            Path.Combine(product.Folder, "datasets/lines/a.csv"), clock.GetUtcNow().UtcDateTime.AddMinutes(-1));
        // Its state is another one now.
        await product.RunAsync("lines", "a.csv");
        return product;
    }

    private static async Task DropAsync(Product product, ManualClock clock, string file)
    {
        await product.DropAsync("lines", file, SmallData.Line(3, seed: 9));
        File.SetLastWriteTimeUtc(Path.Combine(product.Folder, "datasets/lines", file), clock.GetUtcNow().UtcDateTime);
    }

    private static Task<IReadOnlyList<RetrainRequest>> CheckAsync(Product product) =>
        product.Get<StalenessMonitor>().CheckAllAsync(Cancelled);

    private static async Task<StalenessReport> LatestAsync(Product product) =>
        (await product.Get<StalenessMonitor>().LatestAsync("lines", Cancelled))!;
}
