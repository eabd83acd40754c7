using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Learning.Numerics;
using Serverless.Local.Tests.EndToEnd;

namespace Serverless.Azure.Tests;

/// <summary>
/// The whole story on a storage account: the built program, real HTTP, files that are uploaded as people do.
/// </summary>
public sealed class StoryTests(SharedAzurite azurite)
{
    private const string SeattleDay =
        """{"date": "2015-07-01", "temp_max": 32.2, "temp_min": 18.3, "wind": 2.2}""";

    [Fact]
    public async Task An_uploaded_file_becomes_a_served_model_that_only_a_better_one_replaces()
    {
        var connection = await azurite.NewAccountAsync();
        var account = new BlobServiceClient(connection);
        await account.CreateBlobContainerAsync("models");
        await account.CreateBlobContainerAsync("datasets");
        await using var host = await HostProcess.StartAsync(connection, "--empty");
        Assert.DoesNotContain("AccountKey", host.Output, StringComparison.Ordinal);
        Assert.Contains("az storage blob upload", await UntilPrintedAsync(host, "drop data"), StringComparison.Ordinal);

        // Upload, train, predict.
        var file = await File.ReadAllTextAsync(TestStore.Sample("weather", "seattle.csv"));
        // Each version learns from the newest file by name alone, so that the second one knows nothing.
        var definition = await File.ReadAllTextAsync(TestStore.Sample("weather", "model.json"));
        await UploadAsync(
            "models",
            "weather/model.json",
            definition.TrimEnd()[..^1] + """, "data": { "window": { "files": 1 } } }""");
        await UploadAsync("datasets", "weather/seattle.csv", file);
        await RunAsync("seattle.csv", "promoted");
        var first = await host.PredictAsync("weather", SeattleDay);
        Assert.Equal(1, first.GetProperty("version").GetInt32());

        // Labels that mean nothing: a version is made, and refused.
        await UploadAsync("datasets", "weather/shuffled.csv", ShuffledLabels(file));
        await RunAsync("shuffled.csv", "notPromoted");
        Assert.Equal(1, (await host.PredictAsync("weather", SeattleDay)).GetProperty("version").GetInt32());

        // Malformed data: told, not trained on.
        await UploadAsync(
            "datasets",
            "weather/not-weather.csv",
            await File.ReadAllTextAsync(TestStore.Sample("malformed", "bird-strikes.csv")));
        await RunAsync("not-weather.csv", "rejected");
        Assert.NotEmpty(await account.GetBlobContainerClient("quarantine").GetBlobsAsync(
            new GetBlobsOptions { Prefix = "weather/not-weather" }).ToListAsync());

        // Promote by hand, and roll back; every answer names its version.
        await host.SendAsync(
            HttpMethod.Put, "/api/models/weather/aliases/champion", """{"version": 2, "reason": "a test"}""");
        Assert.Equal(2, (await host.PredictAsync("weather", SeattleDay)).GetProperty("version").GetInt32());
        await host.SendAsync(HttpMethod.Put, "/api/models/weather/aliases/champion", """{"version": "previous"}""");
        var rolledBack = await host.PredictAsync("weather", SeattleDay);
        Assert.Equal(1, rolledBack.GetProperty("version").GetInt32());
        Assert.Equal(
            first.GetProperty("predictions")[0].GetProperty("probabilities").GetRawText(),
            rolledBack.GetProperty("predictions")[0].GetProperty("probabilities").GetRawText());

        Assert.True(await host.StopAsync() == 0, host.Output);

        Task UploadAsync(string container, string name, string content) =>
            account.GetBlobContainerClient(container).UploadBlobAsync(name, BinaryData.FromString(content));

        Task RunAsync(string dropped, string outcome) => host.UntilAsync($"{dropped} to be {outcome}", async () =>
            (await RunRecordFile.ReadAllAsync(account, "weather")).Find(
                r => r.File == dropped && r.Outcome == outcome));
    }

    [Fact]
    public async Task A_connection_string_that_is_none_is_told_without_showing_it()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => HostProcess.StartAsync("DefaultEndpointsProtocol=https;AccountKey=c2VjcmV0", "--empty"));
        Assert.Contains("--store: expected a storage connection string", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", error.Message, StringComparison.Ordinal);
    }

    private static Task<string> UntilPrintedAsync(HostProcess host, string text) => host.UntilAsync(text, () =>
        Task.FromResult(host.Output.Contains(text, StringComparison.Ordinal) ? host.Output : null));

    private static string ShuffledLabels(string file)
    {
        var lines = file.TrimEnd().Split('\n');
        var rows = lines.Skip(1).Select(r => r.TrimEnd('\r').Split(',')).ToArray();
        var random = new SplitMix64(5);
        for (var i = rows.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (rows[i][^1], rows[j][^1]) = (rows[j][^1], rows[i][^1]);
        }

        return lines[0].TrimEnd('\r') + "\n" + string.Join('\n', rows.Select(r => string.Join(',', r))) + "\n";
    }
}

/// <summary>How a run ended, as it lies in the store.</summary>
internal sealed record RunRecordFile(string Identity, string File, string Outcome, int? Version)
{
    public static async Task<List<RunRecordFile>> ReadAllAsync(BlobServiceClient account, string model)
    {
        var monitoring = account.GetBlobContainerClient("monitoring");
        var records = new List<RunRecordFile>();
        if (!await monitoring.ExistsAsync()) return records;
        await foreach (var blob in monitoring.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{model}/runs/" }))
        {
            var content = (await monitoring.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content;
            records.Add(JsonSerializer.Deserialize<RunRecordFile>(content, JsonSerializerOptions.Web)!);
        }

        return records;
    }
}
