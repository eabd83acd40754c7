using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Monitoring;

/// <summary>
/// An edit of model.json has an effect: at once on how the model is run, by a training on what it learns.
/// </summary>
public sealed class EditedSettingsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_edit_of_freshness_counts_at_the_next_check()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await TrainedAsync(clock);
        clock.Advance(TimeSpan.FromDays(9));
        await CheckAsync(product);
        Assert.False((await product.Get<StalenessMonitor>().LatestAsync("lines", Cancelled))!.Stale);

        await EditAsync(product, """, "freshness": {"maxAgeDays": 5}}""");
        await CheckAsync(product);

        var report = (await product.Get<StalenessMonitor>().LatestAsync("lines", Cancelled))!;
        Assert.Equal((true, 5d), (report.Stale, report.MaxAgeDays));
    }

    [Fact]
    public async Task A_broken_edit_is_told_and_the_settings_before_it_stay()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await TrainedAsync(clock);
        await EditAsync(product, """, "freshness": {"maxAgeDays": 5}}""");
        clock.Advance(TimeSpan.FromDays(1));
        await CheckAsync(product);

        await EditAsync(product, """, "freshness": {"maxAgeDays": "a week"}}""");
        clock.Advance(TimeSpan.FromDays(6));
        await CheckAsync(product);

        Assert.Equal(5, (await product.Get<StalenessMonitor>().LatestAsync("lines", Cancelled))!.MaxAgeDays);
        var alert = Assert.Single(await AlertsAsync(product), a => a.Kind == AlertKind.UnusableDefinition);
        Assert.Contains("freshness.maxAgeDays: expected", alert.Message, StringComparison.Ordinal);
        Assert.Contains("settings before the last edit stay in effect", alert.Message, StringComparison.Ordinal);

        await EditAsync(product, "}");
        await CheckAsync(product);
        Assert.DoesNotContain(await AlertsAsync(product), a => a.Kind == AlertKind.UnusableDefinition);
        Assert.Equal(30, (await product.Get<StalenessMonitor>().LatestAsync("lines", Cancelled))!.MaxAgeDays);
    }

    [Fact]
    public async Task A_file_that_did_not_come_is_told_until_one_does()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await TrainedAsync(clock);
        await EditAsync(product, """, "freshness": {"expect": "P1D"}}""");
        clock.Advance(TimeSpan.FromHours(23));
        await CheckAsync(product);
        Assert.Empty(await AlertsAsync(product));

        clock.Advance(TimeSpan.FromHours(2));
        await CheckAsync(product);
        var alert = Assert.Single(await AlertsAsync(product));
        Assert.Equal(AlertKind.MissingFile, alert.Kind);
        Assert.StartsWith("Expected a file every day, found none since datasets/lines/a.csv", alert.Message);

        await product.DropAsync("lines", "b.csv", SmallData.Line(3, seed: 9));
        File.SetLastWriteTimeUtc(Path.Combine(product.Folder, "datasets/lines/b.csv"), clock.GetUtcNow().UtcDateTime);
        await CheckAsync(product);
        Assert.Empty(await AlertsAsync(product));
    }

    [Theory]
    [InlineData("""a week""")]
    [InlineData("""PT0S""")]
    public async Task An_expectation_that_is_no_duration_is_refused(string expect)
    {
        await using var product = new Product();
        var record = await product.TrainAsync(
            "lines", "a.csv", SmallData.Line(3),
            SmallData.Regression[..^1] + $", \"freshness\": {{\"expect\": \"{expect}\"}}}}");
        Assert.Equal(RunOutcome.Rejected, record.Outcome);
        Assert.Contains("freshness.expect: expected an ISO 8601 duration", record.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_of_what_is_learned_asks_for_one_training_and_an_edit_of_operation_for_none()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await TrainedAsync(clock);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await EditedAsync(product));

        await EditAsync(product, """, "drift": {"threshold": 0.3}, "rollout": {"approval": "manual"}}""", clock);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await EditedAsync(product));

        await EditAsync(product, """, "validation": {"holdout": 0.3}}""", clock);
        Assert.Empty(await EditedAsync(product)); // it may still be written
        clock.Advance(TimeSpan.FromHours(1));
        var request = Assert.Single(await EditedAsync(product));
        Assert.Equal(("lines", "data or a model.json that was not learned from"), (request.Model, request.Reason));

        var record = await product.Get<TrainingRunner>().RunAsync(request, Cancelled);
        Assert.Equal(2, record!.Version);
        Assert.Empty(await EditedAsync(product));

        // Back to what version 1 learned with: there is nothing new to learn.
        await EditAsync(product, "}", clock);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await EditedAsync(product));
    }

    private static async Task<Product> TrainedAsync(ManualClock clock)
    {
        var product = new Product(clock: clock);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        foreach (var blob in (string[])["datasets/lines/a.csv", "models/lines/model.json"])
        {
            File.SetLastWriteTimeUtc(
                Path.Combine(product.Folder, blob), clock.GetUtcNow().UtcDateTime.AddMinutes(-1));
        }

        return product;
    }

    private static async Task EditAsync(Product product, string end, ManualClock? clock = null)
    {
        await product.WriteAsync("models/lines/model.json", SmallData.Regression[..^1] + end);
        if (clock is null) return;
        File.SetLastWriteTimeUtc(
            Path.Combine(product.Folder, "models/lines/model.json"), clock.GetUtcNow().UtcDateTime);
    }

    private static Task<IReadOnlyList<RetrainRequest>> CheckAsync(Product product) =>
        product.Get<StalenessMonitor>().CheckAllAsync(Cancelled);

    private static Task<IReadOnlyList<RetrainRequest>> EditedAsync(Product product) =>
        product.Get<DataSweep>().FindUntrainedAsync(Cancelled);

    private static Task<IReadOnlyList<Alert>> AlertsAsync(Product product) =>
        product.Get<Alerts>().ListAsync("lines", TimeSpan.FromDays(30), Cancelled);
}
