using System.Net;
using System.Text.Json;
using Serverless.Azure.Tests;
using Serverless.Core.Tests;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests;

/// <summary>The published worker from the first file to the roll-back, on a real storage account: all of its functions.</summary>
public sealed class WorkerStoryTests(PublishedWorker worker, SharedAzurite azurite)
{
    private const string SeattleDay = """{"date": "2015-07-01", "temp_max": 32.2, "temp_min": 18.3, "wind": 2.2}""";

    private const string InferenceRequest =
        """{"id": "42", "inputs": [{"name": "date", "shape": [1], "datatype": "BYTES", "data": ["2015-07-01"]}, {"name": "temp_max", "shape": [1], "datatype": "FP32", "data": [32.2]}]}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_function_works_from_the_first_file_to_the_roll_back()
    {
        var storage = new StorageTriggers(await azurite.NewAccountAsync());
        await using var host = await worker.StartAsync(storage);
        var client = new WorkerClient(host);

        // Drop a file, train, predict.
        await storage.UploadAsync("models/weather/model.json", Sample("weather/model.json"), Cancelled);
        await SucceedAsync(storage.DropAsync(host, "datasets/weather/2015/seattle.csv", Sample("weather/seattle.csv"), Cancelled));
        var first = await client.PredictAsync("weather", SeattleDay);
        Assert.Equal(1, first.GetProperty("version").GetInt32());

        // A second file, of labels that mean nothing: a version, refused, promoted by hand, and rolled back.
        await SucceedAsync(storage.DropAsync(host, "datasets/weather/shuffled.csv", ShuffledLabels("weather/seattle.csv"), Cancelled));
        Assert.Equal(1, (await client.PredictAsync("weather", SeattleDay)).GetProperty("version").GetInt32());
        await client.SendAsync(HttpMethod.Put, "/api/models/weather/aliases/champion", """{"version": 2, "reason": "a test"}""");
        Assert.Equal(2, (await client.PredictAsync("weather", SeattleDay)).GetProperty("version").GetInt32());
        await client.SendAsync(HttpMethod.Put, "/api/models/weather/aliases/champion", """{"version": "previous"}""");
        var rolledBack = await client.PredictAsync("weather", SeattleDay);
        Assert.Equal(Probabilities(first), Probabilities(rolledBack));

        // A retrain on request: a message of one function, delivered to another.
        await client.SendAsync(HttpMethod.Post, "/api/models/weather/retrain", "", HttpStatusCode.Accepted);
        await SucceedAsync(storage.DeliverAsync(host, "retrain", Cancelled));
        Assert.Equal(0, await storage.CountAsync("retrain", Cancelled));
        Assert.Equal(2, await VersionsAsync(client, "weather"));

        // Files to be predicted: by their event, and by a message.
        await SucceedAsync(storage.DropAsync(host, "batch/in/weather/2026/days.csv", Days(), Cancelled));
        Assert.True(await storage.Blobs.GetBlobContainerClient("batch").GetBlobClient("out/weather/2026/days.csv").ExistsAsync(Cancelled));
        await storage.UploadAsync("batch/in/weather/more.csv", Days(), Cancelled);
        await storage.PutAsync("batch", """{"Model": "weather", "File": "more.csv"}""");
        await SucceedAsync(storage.DeliverAsync(host, "continue-file", Cancelled));
        Assert.True(await storage.Blobs.GetBlobContainerClient("batch").GetBlobClient("out/weather/more.csv").ExistsAsync(Cancelled));

        // Event Grid may send a function the events of other containers, which are none of its business.
        await SucceedAsync(storage.AnnounceAsync(host, host.Function("train"), "models/weather/model.json", Cancelled));

        // A body that is refused before it is read to its end: the answer gets through to who is still sending.
        await client.SendAsync(HttpMethod.Post, "/api/models/weather/predict", new string(' ', 5 << 20), HttpStatusCode.RequestEntityTooLarge);

        await ReadEverythingAsync(client, first.GetProperty("predictions")[0].GetProperty("id").GetString()!);
        foreach (var timer in host.Functions.Where(f => f.Trigger.Is("timerTrigger"))) await SucceedAsync(host.FireTimerAsync(timer.Name, Cancelled));
        await client.GetAsync("/api/models/weather/drift");

        await host.SettleAsync();
        var tally = Tally.Of(host);
        TestContext.Current.TestOutputHelper!.WriteLine(tally.ToString());
        Assert.True(tally.IsClean, $"{tally}\n{host.Diagnostics}");
        await host.StopWorkerAsync();
    }

    [Fact]
    public async Task Requests_that_come_at_once_are_all_answered_by_the_worker()
    {
        var storage = new StorageTriggers(await azurite.NewAccountAsync());
        await using var host = await worker.StartAsync(storage);
        var client = new WorkerClient(host);
        await storage.UploadAsync("models/lines/model.json", BinaryData.FromString(SmallData.Regression), Cancelled);
        await SucceedAsync(storage.DropAsync(host, "datasets/lines/a.csv", BinaryData.FromString(SmallData.Line(3)), Cancelled));

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => client.PredictAsync("lines", $$"""{"x": {{i % 10}}, "colour": "red"}""")));
        var byX = answers.Select((answer, i) => (X: i % 10, Value: answer.GetProperty("predictions")[0].GetProperty("value").GetDouble())).ToLookup(a => a.X, a => a.Value);
        Assert.All(byX, group => Assert.Single(group.Distinct()));
        Assert.Equal(byX.Select(g => g.First()).Order(), byX.OrderBy(g => g.Key).Select(g => g.First()));
        await host.SettleAsync();
        Assert.Equal(201, host.Invocations.Count);
        Assert.All(host.Invocations, i => Assert.True(i.Succeeded, i.ToString()));
    }

    private static async Task ReadEverythingAsync(WorkerClient client, string prediction)
    {
        string[] paths =
        [
            "/", "/models/weather", "/sign-in", "/openapi/v1.json", "/api/models", "/api/models/weather", "/api/models/weather/versions/1",
            "/api/models/weather/versions/1/report", "/api/models/weather/versions/1/onnx", "/v2", "/v2/health/live", "/v2/health/ready",
            "/v2/models/weather", "/v2/models/weather/ready", "/v2/models/weather/versions/1", "/v2/models/weather/versions/1/ready",
        ];
        foreach (var path in paths) Assert.NotEmpty(await client.GetAsync(path));
        await client.SendAsync(HttpMethod.Post, "/v2/models/weather/infer", InferenceRequest);
        await client.SendAsync(HttpMethod.Post, "/v2/models/weather/versions/2/infer", InferenceRequest);
        await client.SendAsync(
            HttpMethod.Post, "/api/models/weather/feedback", $$"""[{"id": "{{prediction}}", "label": "sun"}]""", HttpStatusCode.Accepted);
    }

    private static async Task SucceedAsync(Task<Invocation> task)
    {
        var invocation = await task;
        Assert.True(invocation.Succeeded, invocation.ToString());
    }

    private static async Task<int> VersionsAsync(WorkerClient client, string model) =>
        JsonDocument.Parse(await client.GetAsync($"/api/models/{model}")).RootElement.GetProperty("versions").GetArrayLength();

    private static string Probabilities(JsonElement answer) => answer.GetProperty("predictions")[0].GetProperty("probabilities").GetRawText();

    private static BinaryData Sample(string file) => BinaryData.FromBytes(File.ReadAllBytes(Repository.PathOf($"data-samples/{file}")));

    private static BinaryData Days() => BinaryData.FromString("date,temp_max,temp_min,wind\n2015-07-01,32.2,18.3,2.2\n2015-12-01,8.3,-1.1,4.4\n");

    /// <summary>The rows, each with the label of another: the labels' order is reversed.</summary>
    private static BinaryData ShuffledLabels(string file)
    {
        var lines = Sample(file).ToString().TrimEnd().Split('\n').Select(l => l.TrimEnd('\r')).ToArray();
        var rows = lines.Skip(1).Select(r => r.Split(',')).ToArray();
        var labels = rows.Select(r => r[^1]).Reverse().ToArray();
        return BinaryData.FromString($"{lines[0]}\n{string.Join('\n', rows.Select((r, i) => string.Join(',', r[..^1].Append(labels[i]))))}\n");
    }
}
