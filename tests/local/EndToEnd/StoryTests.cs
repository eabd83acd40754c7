using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Serverless.Learning.Numerics;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>The whole story, over real HTTP and real files.</summary>
public sealed class StoryTests
{
    private const string SeattleDay =
        """{"date": "2015-07-01", "temp_max": 32.2, "temp_min": 18.3, "wind": 2.2}""";

    [Fact]
    public async Task A_dropped_file_becomes_a_served_and_watched_model_that_only_a_better_one_replaces()
    {
        using var store = new TestStore();
        await using var host = await HostProcess.StartAsync(store.Root, "--empty");

        // Drop, train, predict.
        var file = await File.ReadAllLinesAsync(TestStore.Sample("weather", "seattle.csv"));
        // Each version learns from the newest file by name alone, so that the second one knows nothing.
        var definition = await File.ReadAllTextAsync(TestStore.Sample("weather", "model.json"));
        store.Write(
            "models/weather/model.json",
            definition.TrimEnd()[..^1] + """, "data": { "window": { "files": 1 } } }""");
        store.Drop(TestStore.Sample("weather", "seattle.csv"), "datasets/weather/seattle.csv");
        await ChampionAsync(host, 1);
        var first = await host.PredictAsync("weather", SeattleDay);
        Assert.Equal(1, first.GetProperty("version").GetInt32());
        var answer = first.GetProperty("predictions")[0];
        Assert.Contains(answer.GetProperty("label").GetString(), (string[])["sun", "rain", "fog", "drizzle", "snow"]);
        Assert.Equal(1, answer.GetProperty("probabilities").EnumerateObject().Sum(p => p.Value.GetDouble()), 1e-9);
        Assert.Contains(
            "<html", await host.Http.GetStringAsync("/api/models/weather/versions/1/report"), StringComparison.Ordinal);
        var onnx = await host.Http.GetAsync("/api/models/weather/versions/1/onnx");
        Assert.Equal("weather-1.onnx", onnx.Content.Headers.ContentDisposition?.FileName);
        Assert.Contains(
            Convert.ToHexStringLower(SHA256.HashData(await onnx.Content.ReadAsByteArrayAsync())),
            await host.Http.GetStringAsync("/api/models/weather/versions/1"),
            StringComparison.Ordinal);

        // Worse data: the same days with labels that mean nothing. A version is made, and refused.
        store.Write("datasets/weather/shuffled.csv", ShuffledLabels(file));
        var refused = await VersionAsync(host, 2);
        Assert.Equal("notBetter", refused.GetProperty("decision").GetString());
        Assert.Equal(1, (await host.PredictAsync("weather", SeattleDay)).GetProperty("version").GetInt32());

        // Malformed data: told, not trained on.
        store.Drop(TestStore.Sample("malformed", "bird-strikes.csv"), "datasets/weather/not-weather.csv");
        await host.UntilAsync("the quarantine report", () => Task.FromResult(
            Directory.Exists(store.PathOf("quarantine/weather"))
                ? Directory.EnumerateFiles(
                    store.PathOf("quarantine/weather"), "not-weather*.report.json").FirstOrDefault()
                : null));

        // Promote by hand, and roll back; every answer names its version.
        await host.SendAsync(
            HttpMethod.Put, "/api/models/weather/aliases/champion", """{"version": 2, "reason": "a test"}""");
        Assert.Equal(2, (await host.PredictAsync("weather", SeattleDay)).GetProperty("version").GetInt32());
        await host.SendAsync(HttpMethod.Put, "/api/models/weather/aliases/champion", """{"version": "previous"}""");
        var rolledBack = await host.PredictAsync("weather", SeattleDay);
        Assert.Equal(1, rolledBack.GetProperty("version").GetInt32());
        Assert.Equal(
            answer.GetProperty("probabilities").GetRawText(),
            rolledBack.GetProperty("predictions")[0].GetProperty("probabilities").GetRawText());

        // Drifted traffic: another city's weather. The timer finds it.
        var newYork = await File.ReadAllLinesAsync(TestStore.Sample("drifted", "weather-new-york.csv"));
        var prediction = await host.PredictAsync("weather", Rows(newYork, 600));
        Assert.Equal(600, prediction.GetProperty("predictions").GetArrayLength());
        await host.SendAsync(
            HttpMethod.Post,
            "/api/models/weather/feedback",
            JsonSerializer.Serialize(prediction.GetProperty("predictions").EnumerateArray()
                .Select(p => new { id = p.GetProperty("id").GetString(), label = "sun" })),
            expected: 202);
        await host.TriggerAsync("check-drift");
        var drift = await host.UntilAsync("the drift report", async () =>
        {
            using var response = await host.Http.GetAsync("/api/models/weather/drift");
            if (!response.IsSuccessStatusCode) return null;
            var found = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            // The timer may have looked by itself, before this traffic.
            return found.RootElement.TryGetProperty("drift", out var d) && d.GetProperty("rows").GetInt32() >= 600
                ? found
                : null;
        });
        var report = drift.RootElement.GetProperty("drift");
        Assert.True(report.GetProperty("drifted").GetBoolean(), report.GetRawText());
        Assert.Equal(1, report.GetProperty("version").GetInt32());
        Assert.True(report.GetProperty("performance").GetProperty("rows").GetInt32() > 0);
        // The newest file was rejected: a retrain has nothing to learn from, is not asked for, and the alert says so.
        var drifted = await host.UntilAsync("the alert of the drift", async () =>
            (await host.GetAsync("/api/models/weather")).GetProperty("alerts").EnumerateArray()
                .Where(a => a.GetProperty("kind").GetString() == "drift").Select(
                    a => a.GetProperty("message").GetString()).FirstOrDefault());
        Assert.Contains(
            "No retrain is requested. There is nothing new to learn from", drifted, StringComparison.Ordinal);

        // Nor is one that is asked for by a person queued.
        var asked = await host.SendAsync(HttpMethod.Post, "/api/models/weather/retrain", "{}", expected: 200);
        Assert.Equal("nothingToDo", asked.GetProperty("status").GetString());

        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task The_first_command_loads_the_samples_and_serves_three_models()
    {
        using var store = new TestStore();
        await using var host = await HostProcess.StartAsync(store.Root);
        foreach (var model in (string[])["bird-strikes", "weather", "flight-delays"])
        {
            await ChampionAsync(host, 1, model);
        }

        var models = await host.GetAsync("/api/models");
        Assert.Equal(
            ["bird-strikes", "flight-delays", "weather"],
            models.EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        Assert.All(models.EnumerateArray(), m => Assert.Equal(1, m.GetProperty("champion").GetInt32()));
        Assert.Contains("bird-strikes", await host.Http.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_model_json_the_definition_is_inferred_and_written_for_the_owner()
    {
        using var store = new TestStore();
        await using var host = await HostProcess.StartAsync(store.Root, "--empty");
        store.Drop(TestStore.Sample("weather", "seattle.csv"), "datasets/days/seattle.csv");
        await VersionAsync(host, 1, "days");
        var written = JsonDocument.Parse(await File.ReadAllTextAsync(store.PathOf("models/days/model.json")));
        Assert.Equal("weather", written.RootElement.GetProperty("label").GetString());
        Assert.Equal("multiclass", written.RootElement.GetProperty("task").GetString());
    }

    [Fact]
    public async Task Unknown_models_and_models_without_a_version_are_told_apart()
    {
        using var store = new TestStore();
        await using var host = await HostProcess.StartAsync(store.Root, "--empty");
        var unknown = await host.SendAsync(HttpMethod.Post, "/api/models/nothing/predict", "{}", expected: 404);
        Assert.Equal("Unknown model", unknown.GetProperty("title").GetString());

        store.Write("models/later/model.json", """{"label": "y"}""");
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync("/api/models/later/predict", content);
        Assert.Equal(503, (int)response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    private static Task<JsonDocument> ChampionAsync(HostProcess host, int version, string model = "weather") =>
        host.UntilAsync($"version {version} of {model} as champion", async () =>
        {
            using var response = await host.Http.GetAsync($"/api/models/{model}");
            if (!response.IsSuccessStatusCode) return null;
            var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            return json.RootElement.GetProperty("aliases").TryGetProperty("champion", out var champion)
                && champion.GetInt32() == version
                ? json
                : null;
        });

    private static async Task<JsonElement> VersionAsync(HostProcess host, int version, string model = "weather")
    {
        var found = await host.UntilAsync($"version {version} of {model}", async () =>
        {
            using var response = await host.Http.GetAsync($"/api/models/{model}");
            if (!response.IsSuccessStatusCode) return null;
            var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            return json.RootElement.GetProperty("versions").EnumerateArray()
                .Where(v => v.GetProperty("version").GetInt32() == version).Select(v => (object)v).FirstOrDefault();
        });
        // The version is there before its alias is set: the run ends a moment later.
        await host.UntilAsync("the end of the run", () =>
            Task.FromResult(host.Output.Contains($"ersion {version} ", StringComparison.Ordinal) ? "yes" : null));
        return (JsonElement)found;
    }

    private static string ShuffledLabels(string[] file)
    {
        var rows = file.Skip(1).Select(r => r.Split(',')).ToArray();
        var random = new SplitMix64(5);
        for (var i = rows.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (rows[i][^1], rows[j][^1]) = (rows[j][^1], rows[i][^1]);
        }

        return file[0] + "\n" + string.Join('\n', rows.Select(r => string.Join(',', r))) + "\n";
    }

    /// <summary>Rows of a CSV file as the body of a predict request, without the label.</summary>
    private static string Rows(string[] file, int count)
    {
        var names = file[0].Split(',');
        var rows = file.Skip(1).Take(count).Select(line => line.Split(',')).Select(values =>
            names.Zip(values).Where(p => p.First != "weather").ToDictionary(
                p => p.First,
                p => double.TryParse(p.Second, CultureInfo.InvariantCulture, out var n) ? (object)n : p.Second));
        return JsonSerializer.Serialize(rows);
    }
}
