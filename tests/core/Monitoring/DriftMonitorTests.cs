using System.Text;
using System.Text.Json;
using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Training;
using Serverless.Core.Truth;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Core.Tests.Monitoring;

public sealed class DriftMonitorTests
{
    private const string Drift = """, "drift": {"minimumRows": 50}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drifted_traffic_raises_each_alert_once_a_day_and_asks_for_one_retrain()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await WatchedAsync(Drift, clock);
        await AskAsync(product, 100, from: 100);

        var request = Assert.Single(await CheckAsync(product));
        Assert.Equal("lines", request.Model);
        Assert.StartsWith(
            "drift: 1 of 2 features have drifted (50 %; 50 % counts as drift): x, where PSI",
            request.Reason,
            StringComparison.Ordinal);
        Assert.Empty(await CheckAsync(product));
        Assert.Equal(
            [AlertKind.Drift, AlertKind.PredictionDrift],
            (await product.Get<Alerts>().ListAsync("lines", TimeSpan.FromDays(1), Cancelled)).Select(
                a => a.Kind).Order());
        var report = (await product.Get<DriftMonitor>().LatestAsync("lines", Cancelled))!;
        Assert.Equal((true, true, 1, 100), (report.Concluded, report.Drifted, report.Version, report.Rows));
        Assert.Equal((true, false), (report.Features[0].Drifted, report.Features[1].Drifted));
        Assert.True(report.Prediction!.Drifted);

        clock.Advance(TimeSpan.FromDays(1));
        await AskAsync(product, 100, from: 100);
        Assert.Single(await CheckAsync(product));
    }

    [Fact]
    public async Task Drift_without_anything_new_to_learn_from_asks_for_no_retrain_and_says_so()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await WatchedAsync(Drift, clock);
        await product.RunAsync("lines", "b.csv");
        await AskAsync(product, 100, from: 100);

        Assert.Empty(await CheckAsync(product));
        clock.Advance(TimeSpan.FromDays(1));
        await AskAsync(product, 100, from: 100);
        Assert.Empty(await CheckAsync(product));

        var alerts = await product.Get<Alerts>().ListAsync("lines", TimeSpan.FromDays(7), Cancelled);
        Assert.Equal(2, alerts.Count(a => a.Kind == AlertKind.Drift));
        Assert.All(
            alerts.Where(a => a.Kind == AlertKind.Drift),
            a => Assert.Contains(
                "No retrain is requested. There is nothing new to learn from", a.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Traffic_like_the_training_data_is_no_drift()
    {
        await using var product = await WatchedAsync(Drift);
        await AskAsync(product, 1000, from: 0);

        Assert.Empty(await CheckAsync(product));
        var report = (await product.Get<DriftMonitor>().LatestAsync("lines", Cancelled))!;
        Assert.Equal((true, false, 0), (report.Concluded, report.Drifted, report.DriftedShare));
        Assert.Null(report.Prediction!.Reason);
        Assert.Empty(await product.ListAsync("monitoring/lines/alerts/"));
    }

    [Fact]
    public async Task Too_little_traffic_concludes_nothing_and_says_so()
    {
        await using var product = await WatchedAsync(Drift);
        await AskAsync(product, 49, from: 100);

        Assert.Empty(await CheckAsync(product));
        var report = (await product.Get<DriftMonitor>().LatestAsync("lines", Cancelled))!;
        Assert.Equal((false, 49), (report.Concluded, report.Rows));
        Assert.Contains("at least 50 are needed", report.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report", 0)]
    [InlineData("alert", 2)]
    public async Task What_a_drift_leads_to_is_as_model_json_says(string action, int alerts)
    {
        await using var product = await WatchedAsync(
            $", \"drift\": {{\"minimumRows\": 50, \"action\": \"{action}\"}}}}");
        await AskAsync(product, 100, from: 100);

        Assert.Empty(await CheckAsync(product));
        Assert.True((await product.Get<DriftMonitor>().LatestAsync("lines", Cancelled))!.Drifted);
        Assert.Equal(alerts, (await product.ListAsync("monitoring/lines/alerts/")).Count);
    }

    [Theory]
    [InlineData("""{"minimumRows": 50, "driftShare": 0.6}""")]
    [InlineData("""{"minimumRows": 50, "threshold": 100}""")]
    [InlineData("""{"minimumRows": 50, "statistic": "ks", "threshold": 0}""")]
    [InlineData("""{"minimumRows": 50, "windowHours": 0.5}""")]
    public async Task Each_setting_of_drift_matters(string settings)
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await WatchedAsync($", \"drift\": {settings}}}", clock);
        await AskAsync(product, 100, from: 100);
        await product.Get<PredictionLog>().FlushAsync(Cancelled);
        clock.Advance(TimeSpan.FromHours(1));

        Assert.Empty(await CheckAsync(product));
        Assert.False((await product.Get<DriftMonitor>().LatestAsync("lines", Cancelled))!.Drifted);
    }

    [Fact]
    public async Task Traffic_of_other_versions_is_left_out()
    {
        await using var product = await WatchedAsync(Drift);
        await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        Assert.Equal(1, (await product.AliasesAsync("lines")).Champion);
        await AskAsync(product, 100, from: 100);
        await product.Registry.PromoteAsync("lines", 2, null, "a person", "why", Cancelled);
        await product.Get<ModelCache>().RefreshAsync("lines", Cancelled);
        await AskAsync(product, 60, from: 0);

        await CheckAsync(product);

        var report = (await product.Get<DriftMonitor>().LatestAsync("lines", Cancelled))!;
        Assert.Equal((2, 60), (report.Version, report.Rows));
        Assert.False(report.Features[0].Drifted);
    }

    [Fact]
    public async Task Outcomes_that_come_back_measure_the_live_performance()
    {
        await using var product = await WatchedAsync(Drift);
        var predictions = await AskAsync(product, 80, from: 0);
        var outcomes = predictions.Take(30).Select(
            (p, i) => new { id = p.Id, value = p.Value + (i % 2 == 0 ? 2 : -2) });
        await product.Get<FeedbackService>().RecordAsync(
            "lines", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(outcomes)), Cancelled);

        await CheckAsync(product);

        var performance = (await product.Get<DriftMonitor>().LatestAsync("lines", Cancelled))!.Performance!;
        Assert.Equal(30, performance.Rows);
        Assert.Equal(2, performance.Metrics["rmse"], 1e-5);
        Assert.Equal(2, performance.Metrics["mae"], 1e-5);
    }

    [Fact]
    public async Task A_class_that_is_predicted_more_often_than_before_is_prediction_drift()
    {
        await using var product = new Product();
        await product.TrainAsync(
            "bands", "a.csv", SmallData.Classes(1, "low", "middle", "high"), SmallData.Multiclass[..^1] + Drift);
        await product.PredictAsync("bands", $"[{string.Join(',', Enumerable.Repeat("""{"x": 9.9}""", 60))}]");

        await CheckAsync(product);

        var prediction = (await product.Get<DriftMonitor>().LatestAsync("bands", Cancelled))!.Prediction!;
        Assert.Equal(("y", true), (prediction.Name, prediction.Drifted));
    }

    [Fact]
    public async Task A_model_that_cannot_be_checked_is_logged_and_the_others_are_checked()
    {
        await using var product = await WatchedAsync(Drift);
        await product.TrainAsync("broken", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.WriteAsync($"predictions/broken/{product.Clock.GetUtcNow():yyyy-MM-dd}/x.json", "{");
        await AskAsync(product, 100, from: 100);

        Assert.Equal("lines", Assert.Single(await CheckAsync(product)).Model);
        Assert.Contains(
            product.Logs, l => l.StartsWith("Error: The drift check of broken failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sketches_of_before_the_window_are_not_opened()
    {
        var day = new DateTimeOffset(TimeProvider.System.GetUtcNow().Date, TimeSpan.Zero).AddDays(1);
        var clock = new ManualClock(day.AddHours(20));
        await using var product = await WatchedAsync(""", "drift": {"windowHours": 3}}""", clock);
        foreach (var hours in (int[])[0, 2, 2]) // at 20, 22 and, of the next day, 0 o'clock
        {
            clock.Advance(TimeSpan.FromHours(hours));
            await AskAsync(product, 10, from: 0);
            await product.Get<PredictionLog>().FlushAsync(Cancelled);
        }

        clock.Advance(TimeSpan.FromHours(1));
        await CheckAsync(product);

        Assert.Equal(
            [$"{day:yyyy-MM-dd}/220000000", $"{day.AddDays(1):yyyy-MM-dd}/000000000"],
            product.Store.Opened.Where(n => n.StartsWith("predictions/", StringComparison.Ordinal))
                .Select(n => n["predictions/lines/".Length..n.IndexOf('-', n.LastIndexOf('/'))]).Distinct());
        Assert.Equal(20, (await product.Get<DriftMonitor>().LatestAsync("lines", Cancelled))!.Rows);
    }

    private static async Task<Product> WatchedAsync(string drift, TimeProvider? clock = null)
    {
        var product = new Product(clock: clock);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3, rows: 1000), SmallData.NewestFile[..^1] + drift);
        // That no run has taken: a retrain would learn from it.
        await product.DropAsync("lines", "b.csv", SmallData.Line(3, seed: 9));
        return product;
    }

    private static Task<IReadOnlyList<RetrainRequest>> CheckAsync(Product product) =>
        product.Get<DriftMonitor>().CheckAllAsync(Cancelled);

    /// <summary>Rows as <see cref="SmallData.Line"/> has them, x from the given value on.</summary>
    private static async Task<List<(string Id, double Value)>> AskAsync(Product product, int rows, double from)
    {
        var random = new SplitMix64(77);
        string[] colours = ["red", "green", "blue"];
        var asked = Enumerable.Range(0, rows)
            .Select(_ => new { x = from + (random.NextDouble() * 10), colour = colours[random.NextInt32(3)] });
        var outcome = await product.PredictAsync("lines", JsonSerializer.Serialize(asked));
        using var json = JsonDocument.Parse(Assert.IsType<PredictOutcome.Answered>(outcome).Json);
        return [.. json.RootElement.GetProperty("predictions").EnumerateArray()
            .Select(p => (p.GetProperty("id").GetString()!, p.GetProperty("value").GetDouble()))];
    }
}
