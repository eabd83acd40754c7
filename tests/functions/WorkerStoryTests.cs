using System.Net;
using System.Text.Json;
using Serverless.Azure.Tests;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests;

namespace Serverless.Functions.Tests;

/// <summary>The published worker from the first file to the roll-back, on a real storage account.</summary>
public sealed class WorkerStoryTests(PublishedWorker worker, SharedAzurite azurite)
{
    private const string SeattleDay = """{"date": "2015-07-01", "temp_max": 32.2, "temp_min": 18.3, "wind": 2.2}""";

    private const string Days = "date,temp_max,temp_min,wind\n2015-07-01,32.2,18.3,2.2\n2015-12-01,8.3,-1.1,4.4\n";

    private const string InferenceRequest = """
        {"id": "42", "inputs": [
          {"name": "date", "shape": [1], "datatype": "BYTES", "data": ["2015-07-01"]},
          {"name": "temp_max", "shape": [1], "datatype": "FP32", "data": [32.2]}
        ]}
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_function_works_from_the_first_file_to_the_roll_back()
    {
        var storage = new StorageTriggers(await azurite.NewAccountAsync());
        await using var host = await worker.StartAsync(storage);
        var client = new WorkerClient(host);

        var first = await TrainPromoteAndRollBackAsync(storage, host, client);
        await RetrainAsync(storage, host, client);
        await PredictFilesAsync(storage, host);

        // Event Grid may send a function the events of other containers, which are none of its business.
        Succeed(await storage.AnnounceAsync(host, host.Function("ingest"), "models/weather/model.json", Cancelled));

        // A body that is refused before it is read to its end: the answer gets through to who is still sending.
        var large = new string(' ', 5 << 20);
        await client.SendAsync(
            HttpMethod.Post, "/api/models/weather/predict", large, HttpStatusCode.RequestEntityTooLarge);

        // Refused before the function: in the worker that takes a middleware.
        await client.GetAsync("/api/models?sort=name", HttpStatusCode.BadRequest);
        await client.SendAsync(
            HttpMethod.Post, "/api/models/weather/predict?explian=true", SeattleDay, HttpStatusCode.BadRequest);

        await AskEverythingAsync(client, first.GetProperty("predictions")[0].GetProperty("id").GetString()!);
        foreach (var timer in host.Functions.Where(f => f.Trigger.Is("timerTrigger")))
        {
            Succeed(await host.FireTimerAsync(timer.Name, Cancelled));
        }

        await client.GetAsync("/api/models/weather/drift");
        await client.SendAsync(
            HttpMethod.Delete, "/api/models/weather/versions/1", "", HttpStatusCode.Conflict);
        await client.SendAsync(HttpMethod.Delete, "/api/models/weather", "");
        await client.GetAsync("/api/models/weather", HttpStatusCode.NotFound);

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
        var line = BinaryData.FromString(SmallData.Line(slope: 3));
        await TrainAsync(storage, host, "datasets/lines/a.csv", line);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(AskAsync));
        var byX = answers.ToLookup(a => a.X, a => a.Value);
        Assert.All(byX, same => Assert.Single(same.Distinct()));
        // The line rises.
        var values = byX.OrderBy(same => same.Key).Select(same => same.First()).ToList();
        Assert.Equal(values.Order(), values);
        await host.SettleAsync();
        Assert.Equal(2 + answers.Length, host.Invocations.Count);
        Assert.All(host.Invocations, Succeed);

        async Task<(int X, double Value)> AskAsync(int i)
        {
            var answer = await client.PredictAsync("lines", $$"""{"x": {{i % 10}}, "colour": "red"}""");
            return (i % 10, answer.GetProperty("predictions")[0].GetProperty("value").GetDouble());
        }
    }

    /// <summary>Two files, the second with labels that mean nothing: a version of it is made and refused.</summary>
    /// <returns>The first prediction.</returns>
    private static async Task<JsonElement> TrainPromoteAndRollBackAsync(
        StorageTriggers storage, WorkerHost host, WorkerClient client)
    {
        var file = await File.ReadAllTextAsync(Repository.PathOf("data-samples/weather/seattle.csv"), Cancelled);
        var definition = await File.ReadAllBytesAsync(Repository.PathOf("data-samples/weather/model.json"), Cancelled);
        await storage.UploadAsync("models/weather/model.json", BinaryData.FromBytes(definition), Cancelled);
        var days = BinaryData.FromString(file);
        await TrainAsync(storage, host, "datasets/weather/2015/seattle.csv", days);
        var first = await client.PredictAsync("weather", SeattleDay);
        Assert.Equal(1, Version(first));

        var shuffled = BinaryData.FromString(WithOtherLabels(file));
        await TrainAsync(storage, host, "datasets/weather/shuffled.csv", shuffled);
        Assert.Equal(1, Version(await client.PredictAsync("weather", SeattleDay)));
        const string champion = "/api/models/weather/aliases/champion";
        await client.SendAsync(HttpMethod.Put, champion, """{"version": 2, "reason": "a test"}""");
        Assert.Equal(2, Version(await client.PredictAsync("weather", SeattleDay)));
        await client.SendAsync(HttpMethod.Put, champion, """{"version": "previous"}""");
        var last = await client.PredictAsync("weather", SeattleDay);
        Assert.Equal(1, Version(last));
        Assert.Equal(Probabilities(first), Probabilities(last));
        return first;
    }

    /// <summary>
    /// A file whose event was lost is trained on when that is asked for: the message that one function puts out is
    /// delivered to another.
    /// </summary>
    private static async Task RetrainAsync(StorageTriggers storage, WorkerHost host, WorkerClient client)
    {
        var path = Repository.PathOf("data-samples/drifted/weather-new-york.csv");
        const string route = "/api/models/weather/datasets/new-york.csv";
        var uploaded = await client.SendAsync(
            HttpMethod.Post, route, await File.ReadAllTextAsync(path, Cancelled), HttpStatusCode.Created);
        Assert.Equal(new FileInfo(path).Length, uploaded.GetProperty("bytes").GetInt64());
        await client.SendAsync(HttpMethod.Post, "/api/models/weather/retrain", "", HttpStatusCode.Accepted);
        Succeed(await storage.DeliverAsync(host, "train", Cancelled));
        Assert.Equal(0, await storage.CountAsync("retrain", Cancelled));

        // A message for a file that was taken in already changes nothing.
        await storage.PutAsync("ingest", """{"Model": "weather", "File": "new-york.csv"}""");
        Succeed(await storage.DeliverAsync(host, "ingest-missed", Cancelled));
        Succeed(await storage.DeliverAsync(host, "train", Cancelled));
        var model = JsonDocument.Parse(await client.GetAsync("/api/models/weather")).RootElement;
        Assert.Equal(3, model.GetProperty("versions").GetArrayLength());
    }

    /// <summary>One file by its event, one by a message.</summary>
    private static async Task PredictFilesAsync(StorageTriggers storage, WorkerHost host)
    {
        var outputs = storage.Blobs.GetBlobContainerClient("batch");
        var days = BinaryData.FromString(Days);
        Succeed(await storage.DropAsync(host, "batch/in/weather/2026/days.csv", days, Cancelled));
        Assert.True(await outputs.GetBlobClient("out/weather/2026/days.csv").ExistsAsync(Cancelled));

        await storage.UploadAsync("batch/in/weather/more.csv", days, Cancelled);
        await storage.PutAsync("batch", """{"Model": "weather", "File": "more.csv"}""");
        Succeed(await storage.DeliverAsync(host, "continue-file", Cancelled));
        Assert.True(await outputs.GetBlobClient("out/weather/more.csv").ExistsAsync(Cancelled));
    }

    private static async Task AskEverythingAsync(WorkerClient client, string prediction)
    {
        string[] paths =
        [
            "/", "/models/weather", "/sign-in", "/openapi/v1.json",
            "/api/models", "/api/models/weather", "/api/models/weather/versions/1",
            "/api/models/weather/versions/1/report", "/api/models/weather/versions/1/onnx",
            "/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/weather", "/v2/models/weather/ready",
            "/v2/models/weather/versions/1", "/v2/models/weather/versions/1/ready",
        ];
        foreach (var path in paths) Assert.NotEmpty(await client.GetAsync(path));
        await client.SendAsync(HttpMethod.Post, "/v2/models/weather/infer", InferenceRequest);
        await client.SendAsync(HttpMethod.Post, "/v2/models/weather/versions/2/infer", InferenceRequest);
        await client.SendAsync(HttpMethod.Post, "/api/models/weather/versions/1/rebuild", "");
        await client.SendAsync(HttpMethod.Post, "/api/models/weather/source/pull", "", HttpStatusCode.Conflict);
        var feedback = $$"""[{"id": "{{prediction}}", "label": "sun"}]""";
        await client.SendAsync(HttpMethod.Post, "/api/models/weather/feedback", feedback, HttpStatusCode.Accepted);
    }

    /// <summary>Drops a file, and trains by the message that its ingest puts out.</summary>
    private static async Task TrainAsync(StorageTriggers storage, WorkerHost host, string path, BinaryData content)
    {
        Succeed(await storage.DropAsync(host, path, content, Cancelled));
        Succeed(await storage.DeliverAsync(host, "train", Cancelled));
    }

    private static void Succeed(Invocation invocation) => Assert.True(invocation.Succeeded, invocation.ToString());

    private static int Version(JsonElement answer) => answer.GetProperty("version").GetInt32();

    private static string Probabilities(JsonElement answer) =>
        answer.GetProperty("predictions")[0].GetProperty("probabilities").GetRawText();

    /// <summary>The labels in reverse, the rows as they are.</summary>
    private static string WithOtherLabels(string csv)
    {
        var lines = csv.TrimEnd().Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        var rows = lines.Skip(1).Select(row => row.Split(',')).ToArray();
        var labels = rows.Select(row => row[^1]).Reverse();
        var mixed = rows.Zip(labels, (row, label) => string.Join(',', row[..^1].Append(label)));
        return $"{lines[0]}\n{string.Join('\n', mixed)}\n";
    }
}
