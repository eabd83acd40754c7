using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Monitoring;

public sealed class ScheduleMonitorTests
{
    private const string Nightly =
        """{"label": "y", "training": {"trainers": ["linear"], "trials": 1, "schedule": "0 0 3 * * *"}}""";

    private static readonly DateTimeOffset _noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_due_schedule_asks_for_one_retrain_if_there_is_something_new()
    {
        var clock = new ManualClock(_noon);
        await using var product = await TrainedAsync(clock);
        await product.DropAsync("lines", "b.csv", SmallData.Line(3, seed: 5));
        clock.Advance(TimeSpan.FromHours(14));
        Assert.Empty(await CheckAsync(product));
        Assert.Null(await product.Get<ScheduleMonitor>().LatestAsync("lines", Cancelled));

        clock.Advance(TimeSpan.FromHours(2));
        var request = Assert.Single(await CheckAsync(product));
        Assert.Equal("schedule: training.schedule '0 0 3 * * *' was due at 2026-03-02 03:00:00Z.", request.Reason);
        Assert.Empty(await CheckAsync(product));
        Assert.Equal(2, (await product.Get<TrainingRunner>().RunAsync(request, Cancelled))!.Version);
        Assert.Empty(await product.Get<Alerts>().ListAsync("lines", Alerts.Shown, Cancelled));
    }

    [Fact]
    public async Task A_due_schedule_without_anything_new_says_why_it_asks_for_nothing()
    {
        var clock = new ManualClock(_noon);
        await using var product = await TrainedAsync(clock);
        clock.Advance(TimeSpan.FromDays(3));
        Assert.Empty(await CheckAsync(product));
        var alert = Assert.Single(await product.Get<Alerts>().ListAsync("lines", Alerts.Shown, Cancelled));
        Assert.Equal((AlertKind.Schedule, 1), (alert.Kind, alert.Version));
        Assert.StartsWith(
            "training.schedule '0 0 3 * * *' was due at 2026-03-02 03:00:00Z. No retrain is requested. There is nothing "
                + "new to learn from: the run of ",
            alert.Message,
            StringComparison.Ordinal);
        var report = (await product.Get<ScheduleMonitor>().LatestAsync("lines", Cancelled))!;
        Assert.Contains("nothing new to learn from", report.NoRetrain, StringComparison.Ordinal);

        // One check made up for the nights that were missed; the next night with new data removes the alert.
        Assert.Empty(await CheckAsync(product));
        await product.DropAsync("lines", "b.csv", SmallData.Line(3, seed: 5));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Single(await CheckAsync(product));
        Assert.Empty(await product.Get<Alerts>().ListAsync("lines", Alerts.Shown, Cancelled));
    }

    [Fact]
    public async Task A_schedule_changes_neither_what_is_learned_nor_asks_for_a_training_by_itself()
    {
        await using var product = await TrainedAsync(new ManualClock(_noon));
        await product.WriteAsync("models/lines/model.json", SmallData.Regression);
        Assert.Contains(
            "made version 1",
            await product.Get<RetrainCheck>().FindObstacleAsync("lines", Cancelled),
            StringComparison.Ordinal);
        await using var other = new Product(clock: new ManualClock(_noon));
        await other.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        Assert.Equal(
            (await product.Registry.GetAsync("lines", 1, Cancelled))!.Identity,
            (await other.Registry.GetAsync("lines", 1, Cancelled))!.Identity);
    }

    private static async Task<Product> TrainedAsync(ManualClock clock)
    {
        var product = new Product(clock: clock);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), Nightly);
        return product;
    }

    private static Task<IReadOnlyList<RetrainRequest>> CheckAsync(Product product) =>
        product.Get<ScheduleMonitor>().CheckAllAsync(Cancelled);
}
