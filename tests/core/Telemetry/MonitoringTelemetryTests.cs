using System.Diagnostics;
using Serverless.Core.Monitoring;
using Serverless.Core.Storage;
using Serverless.Tests;

namespace Serverless.Core.Tests.Telemetry;

public sealed class MonitoringTelemetryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drift_is_a_gauge_for_each_feature_and_the_prediction()
    {
        await using var product = new Product();
        await product.TrainAsync(
            "drifting", "line.csv", SmallData.Line(2),
            """{"label": "y", "training": {"trainers": ["linear"], "trials": 1}, "drift": {"minimumRows": 50}}""");
        // For a retrain to learn from.
        await product.DropAsync("drifting", "next.csv", SmallData.Line(2, seed: 2));
        using var recorder = new Recorder();
        await product.PredictAsync(
            "drifting",
            "["
                + string.Join(
                    ",", Enumerable.Range(0, 100).Select(i => $$"""{"x": {{100 + (i % 10)}}, "colour": "red"}"""))
                + "]");
        await product.Get<DriftMonitor>().CheckAllAsync(Cancelled);

        var report = (await product.Get<DriftMonitor>().LatestAsync("drifting", Cancelled))!;
        var gauges = recorder.Of("serverless.drift", "drifting");
        Assert.Equal(["x", "colour", "y"], gauges.Select(g => g.Tag("serverless.feature")));
        Assert.Equal([.. report.Features.Select(f => f.Value), report.Prediction!.Value], gauges.Select(g => g.Value));
        Assert.All(
            gauges,
            g => Assert.Equal(("psi", (object)1), (g.Tag("serverless.statistic"), g.Tag("serverless.model.version")!)));
        var check = Assert.Single(
            recorder.Ended,
            s => s.OperationName == "check" && Equals(s.GetTagItem("serverless.model.name"), "drifting"));
        Assert.Equal(
            ("drift", "retrain"), (check.GetTagItem("serverless.check"), check.GetTagItem("serverless.outcome")));
    }

    [Fact]
    public async Task A_champions_age_is_a_gauge_in_seconds()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = new Product(clock: clock);
        await product.TrainAsync("ageing", "line.csv", SmallData.Line(2), SmallData.Regression);
        clock.Advance(TimeSpan.FromDays(3));
        using var recorder = new Recorder();
        await product.Get<StalenessMonitor>().CheckAllAsync(Cancelled);

        var age = Assert.Single(recorder.Of("serverless.model.age", "ageing"));
        Assert.Equal("s", age.Instrument.Unit);
        Assert.InRange(age.Value, TimeSpan.FromDays(3).TotalSeconds - 1, TimeSpan.FromDays(3.01).TotalSeconds);
    }

    [Fact]
    public async Task A_model_that_cannot_be_checked_marks_its_span_and_is_counted()
    {
        await using var product = new Product();
        await product.TrainAsync("uncheckable", "line.csv", SmallData.Line(2), SmallData.Regression);
        await product.WriteAsync(BlobPaths.Aliases("uncheckable"), "{");
        using var recorder = new Recorder();
        await product.Get<StalenessMonitor>().CheckAllAsync(Cancelled);

        Assert.Equal(ActivityStatusCode.Error, Assert.Single(recorder.TraceOf("uncheckable")).Status);
        Assert.Equal(
            "staleness", Assert.Single(recorder.Of("serverless.failures", "uncheckable")).Tag("serverless.operation"));
    }
}
