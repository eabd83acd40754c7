using System.Diagnostics;
using System.Text.Json;
using Serverless.Core.Batch;
using Serverless.Core.Storage;
using Serverless.Tests;

namespace Serverless.Core.Tests.Telemetry;

public sealed class BatchTelemetryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_predicted_file_is_one_span_and_counts_its_rows_once()
    {
        await using var product = new Product();
        await product.TrainAsync("filed", "line.csv", SmallData.Line(2), SmallData.Regression);
        await product.WriteAsync(BlobPaths.BatchInput("filed", "ask.csv"), "x,colour\n1,red\nmany,red\n3,blue\n");
        using var recorder = new Recorder();
        var runs = product.Get<BatchRunner>();
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(
                BatchResult.Predicted, (await runs.RunAsync(new BatchRequest("filed", "ask.csv"), Cancelled)).Result);
        }

        var spans = recorder.Ended.Where(s => Equals(s.GetTagItem("serverless.model.name"), "filed")).ToList();
        Assert.Equal(["predict-file", "predict-file"], spans.Select(s => s.OperationName));
        Assert.Equal(["predicted", "repeated"], spans.Select(s => s.GetTagItem("serverless.outcome")));
        Assert.All(spans, s => Assert.Equal(ActivityStatusCode.Unset, s.Status));
        Assert.Equal(
            ("ask.csv", 1, 3L, 1L),
            (spans[0].GetTagItem("file.name"), spans[0].GetTagItem("serverless.model.version"),
             spans[0].GetTagItem("serverless.row.count"), spans[0].GetTagItem("serverless.row.bad_count")));
        Assert.Equal(
            [("predicted", 2.0), ("bad", 1.0)],
            recorder.Of("serverless.batch.rows", "filed").Select(
                m => ((string)m.Tag("serverless.row.state")!, m.Value)));
        Assert.Equal(
            ["predicted", "repeated"],
            recorder.Of("serverless.batch.duration", "filed").Select(m => m.Tag("serverless.outcome")));
    }

    [Fact]
    public async Task A_message_goes_on_with_the_trace_of_who_sent_it()
    {
        await using var product = new Product();
        using var recorder = new Recorder();
        using var source = new ActivitySource("Serverless.Tests");
        BatchRequest request;
        ActivityContext sender;
        using (var span = source.StartActivity("sweep")!)
        {
            (request, sender) = (new BatchRequest("sent", "gone.csv"), span.Context);
        }

        var message = JsonSerializer.Deserialize<BatchRequest>(JsonSerializer.Serialize(request))!;
        Assert.Equal(BatchResult.NothingToDo, (await product.Get<BatchRunner>().RunAsync(message, Cancelled)).Result);
        var run = Assert.Single(
            recorder.Ended,
            s => s.OperationName == "predict-file" && Equals(s.GetTagItem("serverless.model.name"), "sent"));
        Assert.Equal((sender.TraceId, sender.SpanId), (run.TraceId, run.ParentSpanId));
        Assert.Equal("nothingToDo", run.GetTagItem("serverless.outcome"));
        // There is no such model: its name is none of a metric's attributes.
        Assert.DoesNotContain(recorder.Measured, m => m.Tags.Any(t => Equals(t.Value, "sent")));
        Assert.Contains(
            recorder.Measured,
            m => m.Instrument.Name == "serverless.batch.duration"
                && Equals(m.Tag("serverless.outcome"), "nothingToDo"));
    }

    [Fact]
    public async Task A_version_that_cannot_be_read_is_a_failure()
    {
        await using var product = new Product();
        await product.TrainAsync("broken", "line.csv", SmallData.Line(2), SmallData.Regression);
        await product.WriteAsync(BlobPaths.ModelFile("broken", 1), "no model");
        await product.WriteAsync(BlobPaths.BatchInput("broken", "ask.csv"), "x,colour\n1,red\n");
        using var recorder = new Recorder();
        await Assert.ThrowsAnyAsync<Exception>(
            () => product.Get<BatchRunner>().RunAsync(new BatchRequest("broken", "ask.csv"), Cancelled));

        var span = Assert.Single(
            recorder.Ended,
            s => s.OperationName == "predict-file" && Equals(s.GetTagItem("serverless.model.name"), "broken"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal(
            "failed", Assert.Single(recorder.Of("serverless.batch.duration", "broken")).Tag("serverless.outcome"));
        Assert.Equal("batch", Assert.Single(recorder.Of("serverless.failures", "broken")).Tag("serverless.operation"));
    }
}
