using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>What is deleted, by hand or by request, is told and stays gone, over real HTTP.</summary>
public sealed class DeletionTests
{
    private const string Row = """{"x": 5}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_champion_deleted_by_hand_is_told_and_the_one_before_it_answers()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        await host.TrainAsync(2, "b.csv", slope: 3);
        await SetChampionAsync(host, 2);
        host.Delete("models/lines/versions/2");

        await UntilAsync(host, "version 1 answers", async () => await AnsweringAsync(host) == 1);
        var model = await host.ModelAsync();
        Assert.Equal(1, model.GetProperty("answers").GetInt32());
        var dangling = Assert.Single(model.GetProperty("dangling").EnumerateArray());
        Assert.Equal(
            ("champion", 2, 1),
            (dangling.GetProperty("alias").GetString(), dangling.GetProperty("version").GetInt32(),
                dangling.GetProperty("answers").GetInt32()));
        foreach (var page in (string[])["/", "/models/lines"])
        {
            var html = await host.Client.GetStringAsync(page, Cancel);
            Assert.Contains("The champion of lines is version 2, which was deleted", html, StringComparison.Ordinal);
            Assert.Contains("version 1 is live", html, StringComparison.Ordinal);
        }

        await host.RunNowAsync("check-drift");
        await UntilAsync(host, "the alert", async () =>
            (await host.ModelAsync()).GetProperty("alerts").EnumerateArray().Any(
                a => a.GetProperty("kind").GetString() == "danglingAlias"));
        await host.TrainAsync(2, "c.csv", slope: 4);
        Assert.Equal([3, 1], Versions(await host.ModelAsync()));
    }

    [Fact]
    public async Task A_model_whose_folder_was_deleted_is_trained_anew_by_the_next_sweep()
    {
        await using var host = await DashboardHost.StartAsync();
        host.WriteOld("datasets/lines/a.csv", DashboardHost.Csv(3, seed: 9));
        await host.TrainAsync(1, "b.csv", slope: 3);
        await host.UntilIdleAsync();
        var last = Versions(await host.ModelAsync()).Max();
        host.Delete("models/lines");

        await UntilAsync(host, "no answer", async () => await PredictAsync(host) == HttpStatusCode.ServiceUnavailable);
        await host.RunNowAsync("sweep");
        await UntilAsync(host, "an answer", async () => await PredictAsync(host) == HttpStatusCode.OK);
        Assert.Equal(last + 1, await AnsweringAsync(host));
    }

    [Fact]
    public async Task A_deleted_model_is_unknown_keeps_its_data_and_lists_what_went()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        await host.PredictAsync(3, x: 5);
        await host.RunNowAsync("check-drift");
        await UntilAsync(host, "the report of drift", async () =>
            (await host.Client.GetAsync("/api/models/lines/drift", Cancel)).IsSuccessStatusCode);

        var (status, answer) = await DeleteAsync(host, "/api/models/lines");
        Assert.Equal(HttpStatusCode.OK, status);
        var deleted = answer.GetProperty("deleted").EnumerateArray().ToDictionary(
            d => d.GetProperty("container").GetString()!, d => d.GetProperty("bytes").GetInt64());
        Assert.Equal(["data", "models", "monitoring", "predictions"], deleted.Keys.Order(StringComparer.Ordinal));
        Assert.All(deleted.Values, bytes => Assert.True(bytes > 0));
        foreach (var route in (string[])["/api/models/lines", "/models/lines", "/v2/models/lines"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync(route, Cancel)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, await PredictAsync(host));
        Assert.Equal("[]", (await host.Client.GetStringAsync("/api/models", Cancel)).Trim());
        var (again, left) = await DeleteAsync(host, "/api/models/lines");
        Assert.True(again == HttpStatusCode.NotFound, $"{left}");
        Assert.Single(host.Files("datasets"));

        await host.TrainAsync(1, "b.csv", slope: 3);
        Assert.Equal(2, await AnsweringAsync(host));
        Assert.Contains(
            "datasets", (await DeleteAsync(host, "/api/models/lines?data=true")).Answer.ToString(),
            StringComparison.Ordinal);
        Assert.Empty(host.Files("datasets"));
    }

    [Fact]
    public async Task A_model_in_training_and_a_query_that_is_none_are_refused()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        await using (await host.Get<BlobStore>().TryAcquireLeaseAsync(BlobPaths.TrainingLease("lines"), Cancel))
        {
            using var response = await host.Client.DeleteAsync("/api/models/lines", Cancel);
            Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await DeleteAsync(host, "/api/models/lines?data=yes")).Status);
        Assert.Equal(1, await AnsweringAsync(host));
    }

    [Fact]
    public async Task A_version_in_use_is_refused_with_what_uses_it_and_any_other_is_deleted()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        await host.TrainAsync(2, "b.csv", slope: 3);
        var (status, problem) = await DeleteAsync(host, "/api/models/lines/versions/1");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.StartsWith(
            "The alias 'champion' names version 1.", problem.GetProperty("detail").GetString(),
            StringComparison.Ordinal);

        using var before = await host.Client.GetAsync("/v2/models/lines/versions/2/ready", Cancel);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await DeleteAsync(host, "/api/models/lines/versions/2")).Status);
        foreach (var route in (string[])["", "/report", "/onnx"])
        {
            using var gone = await host.Client.GetAsync($"/api/models/lines/versions/2{route}", Cancel);
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        }

        await UntilAsync(host, "the version to be unknown", async () =>
            (await host.Client.GetAsync("/v2/models/lines/versions/2", Cancel)).StatusCode == HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.NotFound, (await DeleteAsync(host, "/api/models/lines/versions/2")).Status);
        await host.TrainAsync(2, "c.csv", slope: 4);
        Assert.Equal([3, 1], Versions(await host.ModelAsync()));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> DeleteAsync(DashboardHost host, string route)
    {
        using var response = await host.Client.DeleteAsync(route, Cancel);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    private static async Task<HttpStatusCode> PredictAsync(DashboardHost host)
    {
        using var body = new StringContent(Row, Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync("/api/models/lines/predict", body, Cancel);
        return response.StatusCode;
    }

    private static async Task<int> AnsweringAsync(DashboardHost host)
    {
        using var body = new StringContent(Row, Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync("/api/models/lines/predict", body, Cancel);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("version").GetInt32();
    }

    private static async Task SetChampionAsync(DashboardHost host, int version)
    {
        using var content = new StringContent($$"""{"version": {{version}}}""", Encoding.UTF8, "application/json");
        (await host.Client.PutAsync("/api/models/lines/aliases/champion", content, Cancel)).EnsureSuccessStatusCode();
    }

    private static async Task UntilAsync(DashboardHost host, string what, Func<Task<bool>> isReached)
    {
        for (var i = 0; !await isReached(); i++)
        {
            Assert.True(i < 1500, $"It did not come to {what} at {host.Site} within half a minute.");
            await Task.Delay(20, Cancel);
        }
    }

    private static IEnumerable<int> Versions(JsonElement model) =>
        model.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("version").GetInt32());
}
