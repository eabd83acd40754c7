using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Core;
using Serverless.Core.Composition;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Web;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>
/// Roll-outs over real HTTP and real files, from the drop of a file to their end, with a model that behaves badly.
/// </summary>
public sealed class RolloutStoryTests : IAsyncDisposable
{
    private const string Canary =
        """ "strategy": "canary", "steps": [20, 50], "minimumRequests": 30, "stepMinutes": 0, "keyHeader": "x-user" """;

    private readonly TempFolder _folder = new();
    private readonly MoodyTrainer _moody = new();
    private TestHost _host = null!;
    private string _championsAnswer = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Mood.Throws, "The model is in no mood.")]
    [InlineData(Mood.AnswersNaN, "requests failed (100 %")]
    [InlineData(Mood.Slow, "more than the champion's 95th percentile")]
    public async Task A_canary_that_errs_or_is_slow_is_rolled_back_within_its_step_and_no_caller_gets_an_error(
        object mood, string reason)
    {
        await BeginAsync(Canary);
        _moody.Mood = (Mood)mood;
        var versions = await AskAsync(200);
        if ((Mood)mood != Mood.Slow) Assert.Equal([1], versions.Values.Distinct());

        var model = await AdvanceAsync(m => Status(m) == "rolledBack");

        Assert.Equal(1, model.GetProperty("aliases").GetProperty("champion").GetInt32());
        Assert.Equal(1, model.GetProperty("aliases").GetProperty("rollout").GetProperty("step").GetInt32());
        var judgement = model.GetProperty("rolloutJudgement");
        Assert.Equal("rollBack", judgement.GetProperty("decision").GetString());
        Assert.Contains(reason, judgement.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var change = model.GetProperty("aliases").GetProperty("history").EnumerateArray().Last();
        Assert.Equal(
            ("rollout", judgement.GetProperty("reason").GetString()),
            (change.GetProperty("by").GetString(), change.GetProperty("reason").GetString()));
        Assert.Single(_folder.Files("monitoring/lines/alerts"));
        await UntilAllAnswerAsync(1);
    }

    [Fact]
    public async Task A_canary_that_is_fine_reaches_all_traffic_and_is_instantly_rolled_back_by_hand()
    {
        await BeginAsync(Canary);
        var first = await AskAsync(200);
        Assert.InRange(first.Values.Count(v => v == 2), 15, 70);
        await AdvanceAsync(m => Step(m) == 2);
        Dictionary<string, int> second = [];
        for (var i = 0; i < 100 && second.Values.Count(v => v == 2) <= 70; i++) second = await AskAsync(200);
        // Whoever was answered by the new version stays with it.
        Assert.All(first.Where(f => f.Value == 2), f => Assert.Equal(2, second[f.Key]));

        var model = await AdvanceAsync(m => Status(m) == "promoted");
        Assert.Equal(2, model.GetProperty("aliases").GetProperty("champion").GetInt32());
        await UntilAllAnswerAsync(2);

        await PutChampionAsync("\"previous\"");
        await UntilAllAnswerAsync(1);
    }

    [Fact]
    public async Task A_caller_stays_on_one_side_on_another_instance_too()
    {
        await BeginAsync(Canary);
        var versions = await AskAsync(150);
        Assert.Equal([1, 2], versions.Values.Distinct().Order());
        Assert.Equal(versions, await AskAsync(150));

        await using var other = new ServiceCollection().AddLogging()
            .AddServerless(
                p => new FolderBlobStore(_folder.Path, p.GetRequiredService<TimeProvider>())).AddServerlessWeb()
            .AddSingleton<ITrainer>(_moody).BuildServiceProvider();
        foreach (var (user, version) in versions)
        {
            var headers = new RequestHeaders(user, (given, name) => name == "x-user" ? (string)given : null);
            var outcome = await other.GetRequiredService<PredictService>().PredictAsync(
                "lines", """{"x": 5}"""u8.ToArray(), Cancel, headers: headers);
            Assert.Equal(version, Assert.IsType<PredictOutcome.Answered>(outcome).Version);
        }
    }

    [Theory]
    [InlineData(Mood.Fine)]
    [InlineData(Mood.Throws)]
    public async Task A_shadow_changes_no_answer_and_its_disagreement_is_in_the_report(object mood)
    {
        await BeginAsync(""" "strategy": "shadow", "shadowHours": 0, "minimumRequests": 100, "approval": "manual" """);
        _moody.Mood = (Mood)mood;
        Assert.Equal([1], (await AskAsync(200)).Values.Distinct());

        if ((Mood)mood == Mood.Throws)
        {
            await AdvanceAsync(m => Status(m) == "rolledBack");
            return;
        }

        var judgement = (await AdvanceAsync(m => Status(m) == "awaitingApproval")).GetProperty("rolloutJudgement");
        var disagreement = judgement.GetProperty("disagreement");
        Assert.InRange(disagreement.GetProperty("rows").GetInt32(), 100, 200);
        // The champion learned 3 x, the shadow 6 x; asked for x = 5.
        Assert.InRange(disagreement.GetProperty("meanDifference").GetDouble(), 13, 17);
        Assert.Equal([1], (await AskAsync(50)).Values.Distinct());
        await PutChampionAsync("\"challenger\"");
        await UntilAllAnswerAsync(2);
    }

    [Fact]
    public async Task To_roll_back_while_a_canary_runs_ends_the_canary()
    {
        await BeginAsync(Canary);
        Assert.Contains(2, (await AskAsync(100)).Values);
        await PutChampionAsync("\"previous\"");
        var aliases = (await ModelAsync()).GetProperty("aliases");
        Assert.Equal(
            (1, "stopped"),
            (aliases.GetProperty("champion").GetInt32(), aliases.GetProperty("rollout").GetProperty("status")
                .GetString()));
        await UntilAllAnswerAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Version 1 answers, and version 2, of the moody trainer, is rolled out.</summary>
    private async Task BeginAsync(string rollout)
    {
        // Never by itself: the test says when.
        const string never = "0 0 0 1 1 *";
        _host = await TestHost.StartAsync(
            _folder,
            FunctionTypes.All,
            hostJson: await File.ReadAllTextAsync(Path.Combine(TestStore.Repository, "host.json"), Cancel),
            with: s => s with
            {
                Values = new Dictionary<string, string?>
                {
                    [SettingNames.StalenessSchedule] = never,
                    [SettingNames.DriftSchedule] = never,
                    [SettingNames.SweepSchedule] = never,
                    [SettingNames.RolloutSchedule] = never,
                    [SettingNames.SourceSchedule] = never,
                },
            },
            services: s =>
            {
                s.AddSingleton(new ServingOptions { RefreshInterval = TimeSpan.FromMilliseconds(100) });
                s.AddServerless(
                    p => new FolderBlobStore(_folder.Path, p.GetRequiredService<TimeProvider>())).AddServerlessWeb();
                s.AddSingleton<ITrainer>(_moody);
            });
        _folder.Drop("models/lines/model.json", DashboardHost.Definition);
        _folder.Drop("datasets/lines/a.csv", Line(3, 1));
        await UntilAsync(m => m.GetProperty("aliases").TryGetProperty("champion", out _));
        _championsAnswer = (await PredictAsync("nobody")).Value;
        _folder.Drop(
            "models/lines/model.json",
            DashboardHost.Definition.Replace("linear", "moody", StringComparison.Ordinal)[..^1]
                + $$""", "rollout": { {{rollout}} } }""");
        _folder.Drop("datasets/lines/b.csv", Line(6, 2));
        await UntilAsync(m => m.GetProperty("aliases").TryGetProperty("rollout", out _));
        var cache = _host.Host.Services.GetRequiredService<ModelCache>();
        for (var i = 0; (await cache.GetAsync("lines", Cancel))?.RolledOut is null; i++)
        {
            Assert.True(i < 6000, "This instance does not see the roll-out.");
            await Task.Delay(20, Cancel);
        }
    }

    /// <returns>
    /// Who was answered by which version. Each answer is a success, and the champion's are what they were before.
    /// </returns>
    private async Task<Dictionary<string, int>> AskAsync(int users)
    {
        var versions = new Dictionary<string, int>();
        for (var i = 0; i < users; i++)
        {
            var (version, value) = await PredictAsync($"user-{i}");
            versions[$"user-{i}"] = version;
            Assert.Equal(version == 1, value == _championsAnswer);
        }

        return versions;
    }

    private async Task<(int Version, string Value)> PredictAsync(string user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/models/lines/predict");
        request.Content = new StringContent("""{"x": 5}""", Encoding.UTF8, "application/json");
        request.Headers.Add("x-user", user);
        using var response = await _host.Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return (answer.GetProperty("version").GetInt32(), answer.GetProperty(
            "predictions")[0].GetProperty("value").GetRawText());
    }

    private async Task<JsonElement> AdvanceAsync(Func<JsonElement, bool> isReached)
    {
        for (var i = 0; ; i++)
        {
            (await _host.RunNowAsync("advance-rollouts")).Dispose();
            await Task.Delay(50, Cancel);
            var model = await ModelAsync();
            if (isReached(model)) return model;
            Assert.True(i < 1000, model.GetRawText());
        }
    }

    private async Task UntilAllAnswerAsync(int version)
    {
        // The refresh interval, and more for a busy machine.
        for (var i = 0; i < 1000 && (await AskAsync(30)).Values.Any(v => v != version); i++)
        {
            await Task.Delay(20, Cancel);
        }

        Assert.Equal([version], (await AskAsync(60)).Values.Distinct());
    }

    private async Task PutChampionAsync(string version)
    {
        using var content = new StringContent($"{{\"version\": {version}}}", Encoding.UTF8, "application/json");
        using var response = await _host.Client.PutAsync("/api/models/lines/aliases/champion", content, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task UntilAsync(Func<JsonElement, bool> isReached)
    {
        for (var i = 0; ; i++)
        {
            using var response = await _host.Client.GetAsync("/api/models/lines", Cancel);
            var text = await response.Content.ReadAsStringAsync(Cancel);
            if (response.IsSuccessStatusCode && isReached(JsonDocument.Parse(text).RootElement)) return;
            Assert.True(
                i < 6000,
                $"It did not come to that within two minutes: {text} {string.Join(' ', _folder.Files("monitoring")
                    .Select(File.ReadAllText))}");
            await Task.Delay(20, Cancel);
        }
    }

    private Task<JsonElement> ModelAsync() => _host.Client.GetFromJsonAsync<JsonElement>("/api/models/lines", Cancel);

    private static string? Status(JsonElement model) =>
        model.GetProperty("aliases").GetProperty("rollout").GetProperty("status").GetString();

    private static int Step(JsonElement model) =>
        model.GetProperty("aliases").GetProperty("rollout").GetProperty("step").GetInt32();

    private static string Line(double slope, ulong seed)
    {
        var (random, csv) = (new SplitMix64(seed), new StringBuilder("x,y\n"));
        for (var i = 0; i < 200; i++)
        {
            var x = random.NextDouble() * 10;
            csv.Append(CultureInfo.InvariantCulture, $"{x:0.###},{(slope * x) + random.NextDouble() - 0.5:0.###}\n");
        }

        return csv.ToString();
    }
}
