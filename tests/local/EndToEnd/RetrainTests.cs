using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>An answer never says that something will happen which will not, over real HTTP.</summary>
public sealed class RetrainTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_retrain_that_would_do_nothing_says_so_and_one_that_would_is_queued()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        var nothing = await RetrainAsync(host, HttpStatusCode.OK);
        Assert.Equal("nothingToDo", nothing.GetProperty("status").GetString());
        Assert.Contains(
            "made version 1, which is live.", nothing.GetProperty("reason").GetString(), StringComparison.Ordinal);

        host.Write(
            "models/lines/model.json",
            DashboardHost.Definition.Replace("\"trials\": 1", "\"trials\": 1, \"seed\": 7", StringComparison.Ordinal));
        var queued = await RetrainAsync(host, HttpStatusCode.Accepted);
        Assert.Equal("queued", queued.GetProperty("status").GetString());
        Assert.False(queued.TryGetProperty("reason", out _));
        await host.UntilAsync("the version of the other seed", m => m.GetProperty("versions").GetArrayLength() == 2);

        await SetChampionAsync(host, "2");
        await SetChampionAsync(host, "\"previous\"");
        var rolledBack = await RetrainAsync(host, HttpStatusCode.OK);
        Assert.Contains(
            "made version 2, which was live before; now version 1 is live.",
            rolledBack.GetProperty("reason").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_data_the_answer_says_where_to_drop_it()
    {
        await using var host = await DashboardHost.StartAsync();
        host.Write("models/lines/model.json", DashboardHost.Definition);
        var nothing = await RetrainAsync(host, HttpStatusCode.OK);
        Assert.StartsWith(
            "There is no data to learn from. Drop a file under datasets/lines/",
            nothing.GetProperty("reason").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejected_file_is_among_the_models_alerts_until_it_is_learned_from()
    {
        await using var host = await DashboardHost.StartAsync();
        host.Write("models/lines/model.json", DashboardHost.Definition);
        await host.RejectAsync("a.csv");
        await host.UntilAsync("the alert", m => m.GetProperty("alerts").GetArrayLength() == 1);
        var alert = (await host.ModelAsync()).GetProperty("alerts")[0];
        Assert.Equal(
            ("rejectedFile", "a.csv"), (alert.GetProperty("kind").GetString(), alert.GetProperty("file").GetString()));
        Assert.False(alert.TryGetProperty("version", out _));

        await host.TrainAsync(1, "a.csv", slope: 3);
        await host.UntilAsync("no alert", m => m.GetProperty("alerts").GetArrayLength() == 0);
    }

    [Fact]
    public async Task A_name_that_is_no_models_is_answered_with_the_one_that_it_may_have()
    {
        await using var host = await DashboardHost.StartAsync();
        using var response = await host.Client.GetAsync("/api/models/my_model", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains(
            "try 'my-model'", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/api/models/lines/predict")]
    [InlineData("POST", "/api/models/lines/feedback")]
    [InlineData("PUT", "/api/models/lines/aliases/champion")]
    [InlineData("POST", "/v2/models/lines/infer")]
    public async Task Half_a_surrogate_pair_in_a_name_or_a_value_is_a_400(string method, string route)
    {
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        foreach (var body in (string[])
        [
            "{\"\\ud800a\":1}",
            "{\"id\": \"\\udc00\", \"reason\": \"\\udc00\", \"inputs\": []}",
            "[{\"x\": 1, \"\\ud83d\": 1}]"
        ])
        {
            using var request = new HttpRequestMessage(
                new HttpMethod(method), route)
            { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            using var response = await host.Client.SendAsync(request, Cancel);
            var text = await response.Content.ReadAsStringAsync(Cancel);
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{body}: {(int)response.StatusCode} {text}");
        }
    }

    private static async Task<JsonElement> RetrainAsync(DashboardHost host, HttpStatusCode expected)
    {
        using var response = await host.Client.PostAsync("/api/models/lines/retrain", null, Cancel);
        Assert.Equal(expected, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private static async Task SetChampionAsync(DashboardHost host, string version)
    {
        using var content = new StringContent($"{{\"version\": {version}}}", Encoding.UTF8, "application/json");
        (await host.Client.PutAsync("/api/models/lines/aliases/champion", content, Cancel)).EnsureSuccessStatusCode();
    }
}
