using Serverless.Local.Hosting.Settings;
using Serverless.Local.Tests.EndToEnd;

namespace Serverless.Local.Tests.Telemetry;

/// <summary>The built program in its own process, and what a collector gets from it.</summary>
public sealed class OtlpTests
{
    private const string SeattleDay =
        """{"date": "2015-07-01", "temp_max": 32.2, "temp_min": 18.3, "wind": 2.2}""";

    [Fact]
    public async Task A_collector_gets_traces_metrics_and_logs_of_runs_and_predictions()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var store = new TestStore();
        await using var host = await HostProcess.StartAsync(
            store.Root, collector.Environment, "--empty", "--key", "a-key-that-nobody-may-see");
        host.Http.DefaultRequestHeaders.Add("x-functions-key", "a-key-that-nobody-may-see");
        store.Drop(TestStore.Sample("weather", "model.json"), "models/weather/model.json");
        store.Drop(TestStore.Sample("weather", "seattle.csv"), "datasets/weather/seattle.csv");
        await host.UntilAsync(
            "the trace of the run", () => Task.FromResult(collector.Spans.FirstOrDefault(s => s.Name == "train")));
        await host.SendAsync(HttpMethod.Post, "/api/models/weather/predict?code=a-key-that-nobody-may-see", SeattleDay);
        // With another seed the same data gives another run.
        var definition = await File.ReadAllTextAsync(TestStore.Sample("weather", "model.json"));
        store.Write(
            "models/weather/model.json",
            definition.Replace(
                "\"logLoss\",", "\"logLoss\", \"training\": { \"seed\": 7 },", StringComparison.Ordinal));
        await host.SendAsync(HttpMethod.Post, "/api/models/weather/retrain", "{}", expected: 202);
        await host.UntilAsync(
            "the trace of the retrain",
            () => Task.FromResult(collector.Spans.Where(s => s.Name == "train").Skip(1).FirstOrDefault()));
        Assert.Equal(0, await host.StopAsync());

        // The dropped file.
        var spans = collector.Spans;
        var dropped = Assert.Single(spans, s => s.Name == "ingest" && s.ParentId == "");
        var ingest = Assert.Single(spans, s => s.Name == "ingest" && s.ParentId == dropped.Id);
        Assert.Equal("validate", Assert.Single(spans, s => s.ParentId == ingest.Id && s.Name != "train").Name);
        var first = spans.Single(s => s.Name == "train" && s.TraceId == dropped.TraceId);
        var run = Assert.Single(spans, s => s.Name == "run" && s.ParentId == first.Id);
        Assert.Equal(
            ("weather", "seattle.csv", "promoted", "1"),
            (run.Attributes["serverless.model.name"], run.Attributes["file.name"],
                run.Attributes["serverless.outcome"], run.Attributes["serverless.model.version"]));
        var stages = spans.Where(s => s.ParentId == run.Id).ToList();
        Assert.Equal(
            ["gate", "promote", "read", "register", "trial", "trial", "trial", "trial"],
            stages.Select(s => s.Name).Order());
        Assert.All(stages.Append(run), s => Assert.Equal(first.TraceId, s.TraceId));
        Assert.Equal(stages.Count + 5, spans.Count(s => s.TraceId == first.TraceId));

        // The prediction, below the request that ASP.NET Core tells of.
        var predict = Assert.Single(spans, s => s.Name == "predict");
        Assert.Equal(
            ("weather", "1"),
            (predict.Attributes["serverless.model.name"], predict.Attributes["serverless.model.version"]));
        var request = Assert.Single(spans, s => s.Id == predict.ParentId);
        Assert.Equal(("Microsoft.AspNetCore", predict.TraceId), (request.Source, request.TraceId));
        Assert.Equal("POST", request.Attributes["http.request.method"]);

        // The retrain, in the trace of the request that asked for it: the message carried it over the queue.
        var retrain = Assert.Single(spans, s => s.Name == "train" && s.TraceId != dropped.TraceId);
        Assert.Equal("Microsoft.AspNetCore", Assert.Single(spans, s => s.Id == retrain.ParentId).Source);
        Assert.Equal("2", Assert.Single(spans, s => s.ParentId == retrain.Id).Attributes["serverless.model.version"]);

        Assert.Superset(
            new HashSet<string>
            {
                "serverless.run.duration", "serverless.run.stage.duration", "serverless.rows.read",
                "serverless.gate.verdicts", "serverless.predictions", "serverless.prediction.duration",
                "serverless.model_cache.requests", "serverless.model_cache.swaps", "http.server.request.duration",
            },
            new HashSet<string>(collector.Metrics));
        Assert.Contains("weather answers with version 1, its first in this process.", collector.Logs);
        Assert.Contains("service.name=serverless", collector.Resources);
        Assert.DoesNotContain(spans, s => s.ToString().Contains("a-key-that", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_that_is_no_address_ends_the_start_with_its_name()
    {
        using var folder = new TempFolder();
        var values = new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "localhost:4317" };
        var start = await Assert.ThrowsAsync<HostStartException>(
            () => Task.FromResult(TestHost.Build(folder, [], with: s => s with { Values = values })));
        Assert.Equal(
            "OTEL_EXPORTER_OTLP_ENDPOINT: expected an http or https address, found 'localhost:4317'.", start.Message);
    }
}
