using System.Diagnostics;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Tests;

namespace Serverless.Core.Tests.Telemetry;

public sealed class ServingTelemetryTests
{
    [Fact]
    public async Task A_predict_request_is_one_span_and_one_measurement_that_name_model_and_version()
    {
        await using var product = new Product();
        await product.TrainAsync("answers", "line.csv", SmallData.Line(2), SmallData.NewestFile);
        using var recorder = new Recorder();
        await product.PredictAsync("answers", """[{"x": 1}, {"x": 2}, {"x": 3}]""");

        var span = Assert.Single(recorder.TraceOf("answers"));
        Assert.Equal("predict", span.OperationName);
        Assert.Equal(1, span.GetTagItem("serverless.model.version"));
        Assert.Equal(3, span.GetTagItem("serverless.row.count"));
        Assert.Equal("answered", span.GetTagItem("serverless.outcome"));
        var predictions = Assert.Single(recorder.Of("serverless.predictions", "answers"));
        Assert.Equal(
            (3.0, (object)1, "{prediction}"),
            (predictions.Value, predictions.Tag("serverless.model.version")!, predictions.Instrument.Unit));
        var duration = Assert.Single(recorder.Of("serverless.prediction.duration", "answers"));
        Assert.Equal("s", duration.Instrument.Unit);
        // In seconds, and not in milliseconds; a span goes by another clock, so the two are not compared.
        Assert.InRange(duration.Value, 1e-7, 10);
        Assert.Equal((1, "answered"), (duration.Tag("serverless.model.version"), duration.Tag("serverless.outcome")));
    }

    [Fact]
    public async Task A_callers_mistake_is_an_outcome_and_no_failure()
    {
        await using var product = new Product();
        await product.TrainAsync("mistaken", "line.csv", SmallData.Line(2), SmallData.NewestFile);
        using var recorder = new Recorder();
        await product.PredictAsync("mistaken", """{"x": "hot"}""");

        var span = Assert.Single(recorder.TraceOf("mistaken"));
        Assert.Equal(("invalid", ActivityStatusCode.Unset), (span.GetTagItem("serverless.outcome"), span.Status));
        Assert.Empty(recorder.Of("serverless.predictions", "mistaken"));
        Assert.Equal(
            "invalid",
            Assert.Single(recorder.Of("serverless.prediction.duration", "mistaken")).Tag("serverless.outcome"));
    }

    [Fact]
    public async Task A_name_that_a_caller_made_up_becomes_no_attribute()
    {
        using var recorder = new Recorder();
        await using var product = new Product();
        Assert.IsType<PredictOutcome.UnknownModel>(await product.PredictAsync("made-up-by-a-caller", "{}"));

        Assert.Contains(recorder.Measured, m => Equals(m.Tag("serverless.outcome"), "unknownModel"));
        Assert.DoesNotContain(recorder.Measured.SelectMany(m => m.Tags), t => Equals(t.Value, "made-up-by-a-caller"));
        Assert.DoesNotContain(
            recorder.Ended.SelectMany(s => s.TagObjects), t => Equals(t.Value, "made-up-by-a-caller"));
    }

    [Fact]
    public async Task The_cache_counts_hits_misses_and_swaps()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = new Product();
        await product.TrainAsync("cached", "line.csv", SmallData.Line(2), SmallData.NewestFile);
        await using var serving = new Product(product.Folder, clock);
        using var recorder = new Recorder();
        for (var i = 0; i < 3; i++) await serving.PredictAsync("cached", """{"x": 1}""");

        Assert.Equal(
            ["miss", "hit", "hit"],
            recorder.Of("serverless.model_cache.requests", "cached").Select(m => m.Tag("serverless.cache.result")));
        Assert.Equal(
            1, Assert.Single(recorder.Of("serverless.model_cache.swaps", "cached")).Tag("serverless.model.version"));
    }

    [Fact]
    public async Task A_champion_that_cannot_be_loaded_and_a_store_that_fails_are_counted()
    {
        await using var product = new Product();
        await product.TrainAsync("unloadable", "line.csv", SmallData.Line(2), SmallData.NewestFile);
        await product.WriteAsync(BlobPaths.ModelFile("unloadable", 1), "broken");
        using var recorder = new Recorder();
        await using var other = new Product(product.Folder);
        await other.PredictAsync("unloadable", """{"x": 1}""");
        Assert.Equal(
            "load", Assert.Single(recorder.Of("serverless.failures", "unloadable")).Tag("serverless.operation"));

        using var caller = new Activity("a caller").Start();
        other.Store.Opening = _ => throw new IOException("The network is down.");
        await Assert.ThrowsAsync<IOException>(() => other.PredictAsync("unloadable", """{"x": 1}""").AsTask());
        var failed = Assert.Single(recorder.Ended, s => s.TraceId == caller.TraceId);
        Assert.Equal(
            ("predict", ActivityStatusCode.Error, caller.SpanId),
            (failed.OperationName, failed.Status, failed.ParentSpanId));
        Assert.Equal("System.IO.IOException", failed.GetTagItem("error.type"));
        Assert.Contains(
            recorder.Measured,
            m => m.Instrument.Name == "serverless.failures" && Equals(m.Tag("serverless.operation"), "predict"));
    }

    [Fact]
    public async Task Counts_of_a_roll_out_that_cannot_be_written_are_counted_and_logged_as_such()
    {
        await using var product = new Product();
        var shadow = SmallData.NewestFile[..^1] + """, "rollout": {"strategy": "shadow"}}""";
        await product.TrainAsync("lines", "a.csv", SmallData.Line(-3), shadow);
        await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2));
        using var recorder = new Recorder();
        var serving = new Product(product.Folder);
        await serving.PredictAsync("lines", """{"x": 1}""");
        serving.Store.FailToWrite("/rollouts/");
        await serving.DisposeAsync();

        Assert.Contains(
            recorder.Measured,
            m => m.Instrument.Name == "serverless.failures" && Equals(m.Tag("serverless.operation"), "rolloutLog"));
        Assert.Contains(
            serving.Logs,
            l => l.StartsWith(
                "Error: The counts of a roll-out could not be written; predictions continue.",
                StringComparison.Ordinal));
    }
}
