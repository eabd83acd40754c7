using System.Diagnostics;
using System.Text.Json;
using Serverless.Core.Registry;
using Serverless.Core.Training;
using Serverless.Learning.Gate;
using Serverless.Learning.Search;
using Serverless.Tests;

namespace Serverless.Core.Tests.Telemetry;

public sealed class RunTelemetryTests
{
    private const string Competition = """{"label": "y", "training": {"trainers": ["linear", "gbt"], "trials": 3}}""";

    [Fact]
    public async Task A_dropped_file_gives_one_trace_from_validation_over_each_trial_and_the_gate_to_promotion()
    {
        using var recorder = new Recorder();
        await using var product = new Product();
        var record = await product.TrainAsync("traced", "line.csv", SmallData.Line(2), Competition);
        Assert.Equal(RunOutcome.Promoted, record.Outcome);

        var trace = recorder.TraceOf("traced");
        var run = trace[^1];
        Assert.Equal(
            ["validate", "ingest", "read", "trial", "trial", "trial", "gate", "register", "promote", "run"],
            trace.Select(s => s.OperationName));
        Assert.Equal((trace[1].SpanId, trace[1].SpanId), (trace[0].ParentSpanId, run.ParentSpanId));
        Assert.All(trace[2..^1], s => Assert.Equal(run.SpanId, s.ParentSpanId));
        Assert.All(trace, s => Assert.Equal(ActivityStatusCode.Unset, s.Status));
        Assert.Equal(
            ["file.name: line.csv", "serverless.model.name: traced", "serverless.model.version: 1",
             "serverless.outcome: promoted", $"serverless.run.id: {record.Identity}"],
            Tags(run));
        Assert.Equal(
            ["serverless.outcome: accepted", "serverless.row.bad_count: 0", "serverless.row.count: 200"],
            Tags(trace[0]));

        var manifest = (await product.Registry.GetAsync("traced", 1, TestContext.Current.CancellationToken))!;
        var trials = trace.Where(s => s.OperationName == "trial").ToList();
        Assert.Equal(
            manifest.Trials.Select(t => (object)t.Number), trials.Select(s => s.GetTagItem("serverless.trial.number")));
        Assert.Equal(manifest.Trials.Select(t => t.Trainer), trials.Select(s => s.GetTagItem("serverless.trainer")));
        Assert.Equal(
            manifest.Trials.Select(t => (object?)t.Score), trials.Select(s => s.GetTagItem("serverless.score")));
        Assert.Contains("serverless.gate.verdict: promote", Tags(trace[6]));
        Assert.Contains($"serverless.row.count: {manifest.Rows.Holdout}", Tags(trace[6]));
        Assert.Equal(manifest.Verdict.Candidate["rmse"], trace[6].GetTagItem("serverless.score"));
        Assert.Equal(1, trace[7].GetTagItem("serverless.model.version"));
        Assert.Equal("promoted", trace[8].GetTagItem("serverless.outcome"));
    }

    [Fact]
    public async Task A_run_that_a_message_asked_for_goes_on_with_the_trace_of_who_sent_it()
    {
        using var recorder = new Recorder();
        await using var product = new Product();
        await product.DropAsync("asked", "line.csv", SmallData.Line(2), SmallData.Regression);
        using var source = new ActivitySource("Serverless.Tests");
        RetrainRequest request;
        ActivityContext sender;
        using (var span = source.StartActivity("check")!)
        {
            (request, sender) = (new RetrainRequest("asked"), span.Context);
        }

        var message = JsonSerializer.Deserialize<RetrainRequest>(JsonSerializer.Serialize(request))!;
        ActivityContext receiver;
        using (var span = source.StartActivity("a queue's function")!)
        {
            receiver = span.Context;
            await product.Get<TrainingRunner>().RunAsync(message, TestContext.Current.CancellationToken);
        }

        var run = recorder.TraceOf("asked").Single(s => s.OperationName == "run");
        Assert.NotEqual(sender.TraceId, receiver.TraceId);
        Assert.Equal((sender.TraceId, sender.SpanId), (run.TraceId, run.ParentSpanId));
        Assert.Equal(receiver, Assert.Single(run.Links).Context);
    }

    [Fact]
    public async Task A_host_that_goes_on_with_the_senders_trace_itself_is_the_runs_parent()
    {
        using var recorder = new Recorder();
        await using var product = new Product();
        await product.DropAsync("hosted", "line.csv", SmallData.Line(2), SmallData.Regression);
        using var source = new ActivitySource("Serverless.Tests");
        using var sender = source.StartActivity("check")!;
        var request = new RetrainRequest("hosted");
        using var receiver = source.StartActivity("a queue's function")!;
        await product.Get<TrainingRunner>().RunAsync(request, TestContext.Current.CancellationToken);

        var run = recorder.TraceOf("hosted").Single(s => s.OperationName == "run");
        Assert.Equal((sender.TraceId, receiver.SpanId), (run.TraceId, run.ParentSpanId));
        Assert.Empty(run.Links);
    }

    [Fact]
    public async Task A_refused_version_has_a_verdict_and_no_promotion_in_its_trace()
    {
        await using var product = new Product();
        await product.TrainAsync("refused", "line.csv", SmallData.Line(2), SmallData.NewestFile);
        using var recorder = new Recorder();
        await product.TrainAsync("refused", "noise.csv", SmallData.Noise(3));

        var trace = recorder.TraceOf("refused");
        Assert.Equal(
            ["validate", "ingest", "read", "trial", "gate", "register", "run"], trace.Select(s => s.OperationName));
        Assert.Equal("notBetter", trace[4].GetTagItem("serverless.gate.verdict"));
        Assert.Equal(1, trace[4].GetTagItem("serverless.champion.version"));
        Assert.Equal("notPromoted", trace[^1].GetTagItem("serverless.outcome"));
        Assert.Equal(
            "notBetter",
            Assert.Single(recorder.Of("serverless.gate.verdicts", "refused")).Tag("serverless.gate.verdict"));
    }

    [Fact]
    public async Task A_run_measures_its_time_its_stages_its_rows_and_the_verdict()
    {
        using var recorder = new Recorder();
        await using var product = new Product();
        await product.TrainAsync("measured", "line.csv", SmallData.Line(2) + "hot,red,1\n", SmallData.Regression);

        var run = Assert.Single(recorder.Of("serverless.run.duration", "measured"));
        Assert.Equal("s", run.Instrument.Unit);
        Assert.Equal("promoted", run.Tag("serverless.outcome"));
        var stages = recorder.Of("serverless.run.stage.duration", "measured");
        Assert.Equal(["reading", "training", "evaluating"], stages.Select(s => s.Tag("serverless.run.stage")));
        Assert.InRange(stages.Sum(s => s.Value), 0, run.Value);
        Assert.Equal(
            [("accepted", 200.0), ("bad", 1.0)],
            recorder.Of("serverless.rows.read", "measured").Select(
                m => ((string)m.Tag("serverless.row.state")!, m.Value)));
        Assert.Equal(
            "promote",
            Assert.Single(recorder.Of("serverless.gate.verdicts", "measured")).Tag("serverless.gate.verdict"));
        Assert.Equal(1, Assert.Single(recorder.Of("serverless.model_cache.swaps", "measured")).Value);
        Assert.Empty(recorder.Of("serverless.failures", "measured"));
    }

    [Fact]
    public async Task A_run_that_was_done_before_is_not_counted_as_a_promotion_again()
    {
        await using var product = new Product();
        await product.TrainAsync("repeated", "line.csv", SmallData.Line(2), SmallData.Regression);
        using var recorder = new Recorder();
        await product.RunAsync("repeated", "line.csv");

        var run = recorder.TraceOf("repeated")[^1];
        Assert.Equal(("run", "repeated"), (run.OperationName, run.GetTagItem("serverless.outcome")));
        Assert.Equal(
            "repeated", Assert.Single(recorder.Of("serverless.run.duration", "repeated")).Tag("serverless.outcome"));
    }

    [Fact]
    public async Task A_rejected_file_is_an_outcome_and_no_error()
    {
        using var recorder = new Recorder();
        await using var product = new Product();
        await product.TrainAsync("rejected", "empty.csv", "x,y\n", SmallData.Regression);

        var trace = recorder.TraceOf("rejected");
        Assert.Equal(["validate", "ingest"], trace.Select(s => s.OperationName));
        Assert.All(trace, s => Assert.Equal("rejected", s.GetTagItem("serverless.outcome")));
        Assert.All(trace, s => Assert.Equal(ActivityStatusCode.Unset, s.Status));
        Assert.Empty(recorder.Of("serverless.failures", "rejected"));
    }

    [Fact]
    public async Task A_store_that_fails_marks_the_spans_it_ended_and_is_counted()
    {
        using var recorder = new Recorder();
        await using var product = new Product();
        await product.DropAsync("broken", "line.csv", SmallData.Line(2), SmallData.Regression);
        product.Store.FailToWrite("model.bin");
        await Assert.ThrowsAsync<IOException>(() => product.RunAsync("broken", "line.csv"));

        var trace = recorder.TraceOf("broken");
        var marked = trace.Where(s => s.Status == ActivityStatusCode.Error).ToList();
        Assert.Equal(["register", "run"], marked.Select(s => s.OperationName));
        Assert.All(marked, s => Assert.Equal("System.IO.IOException", s.GetTagItem("error.type")));
        Assert.All(marked, s => Assert.Null(s.StatusDescription));
        var failure = Assert.Single(recorder.Of("serverless.failures", "broken"));
        Assert.Equal(
            ("run", "System.IO.IOException"), (failure.Tag("serverless.operation"), failure.Tag("error.type")));
        Assert.Equal(
            "failed", Assert.Single(recorder.Of("serverless.run.duration", "broken")).Tag("serverless.outcome"));
    }

    private static IEnumerable<string> Tags(Activity span) =>
        span.TagObjects.Select(t => $"{t.Key}: {t.Value}").Order(StringComparer.Ordinal);
}
