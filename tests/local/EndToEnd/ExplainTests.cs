using System.Text.Json;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>Explanations over real HTTP, of a real model.</summary>
public sealed class ExplainTests
{
    private const string Strike = """
        {"Flight Date": "1995-05-05", "Speed IAS in knots": 220, "Wildlife Size": "Large", "Phase of flight": "Climb"}
        """;

    [Fact]
    public async Task Contributions_add_up_to_the_log_odds_and_anything_but_true_and_false_is_refused()
    {
        using var store = new TestStore();
        await using var host = await HostProcess.StartAsync(store.Root, "--empty");
        var definition = JsonSerializer.Serialize(new
        {
            label = "Damage",
            task = "binary",
            features = new[] { "Cost Other", "Cost Repair", "Cost Total $" }.Select(
                name => new { name, ignored = true }),
            training = new { trainers = new[] { "linear" }, trials = 1, calibration = "none" },
        });
        store.Write("models/strikes/model.json", definition);
        store.Drop(TestStore.Sample("bird-strikes", "bird-strikes.csv"), "datasets/strikes/a.csv");
        await host.UntilAsync("a champion", async () =>
        {
            using var content = new StringContent(Strike);
            using var response = await host.Http.PostAsync("/api/models/strikes/predict", content);
            return response.IsSuccessStatusCode ? "yes" : null;
        });

        var answer = (await host.SendAsync(
            HttpMethod.Post, "/api/models/strikes/predict?explain=true", Strike)).GetProperty("predictions")[0];
        var explanation = answer.GetProperty("explanation");
        var p = answer.GetProperty("probabilities").GetProperty(
            explanation.GetProperty("class").GetString()!).GetDouble();
        var contributions = explanation.GetProperty("contributions").EnumerateObject().ToDictionary(
            c => c.Name, c => c.Value.GetDouble());
        Assert.Equal(
            Math.Log(p / (1 - p)), explanation.GetProperty("base").GetDouble() + contributions.Values.Sum(), 1e-6);
        var small = await host.SendAsync(
            HttpMethod.Post,
            "/api/models/strikes/predict?explain=true",
            Strike.Replace("Large", "Small", StringComparison.Ordinal));
        var ofSmall = small.GetProperty("predictions")[0].GetProperty("explanation").GetProperty(
            "contributions").GetProperty("Wildlife Size");
        Assert.True(
            contributions["Wildlife Size"] > 0 && ofSmall.GetDouble() < 0,
            $"{contributions["Wildlife Size"]} and {ofSmall}");

        var plain = await host.SendAsync(HttpMethod.Post, "/api/models/strikes/predict?explain=false", Strike);
        Assert.False(plain.GetProperty("predictions")[0].TryGetProperty("explanation", out _));
        var problem = await host.SendAsync(
            HttpMethod.Post, "/api/models/strikes/predict?explain=perhaps", Strike, expected: 400);
        Assert.Equal("explain: expected true or false, found 'perhaps'.", problem.GetProperty("detail").GetString());
        Assert.Equal(0, await host.StopAsync());
    }
}
