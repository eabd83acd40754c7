using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Core;
using Serverless.Core.Composition;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Local.Hosting.Settings;
using Serverless.Local.Tests.EndToEnd;
using Serverless.Tests;
using Serverless.Web;

namespace Serverless.Local.Tests.Runs;

/// <summary>The app's own functions in the embedded host, with a time limit that training does not fit into.</summary>
public sealed class LongTrainingTests : IDisposable
{

    private static readonly IReadOnlyDictionary<string, string?> Schedules = new Dictionary<string, string?>
    {
        [SettingNames.StalenessSchedule] = "0 0 0 1 1 *",
        [SettingNames.DriftSchedule] = "0 0 0 1 1 *",
        [SettingNames.SweepSchedule] = "0 0 0 1 1 *",
        [SettingNames.RolloutSchedule] = "0 0 0 1 1 *",
        [SettingNames.SourceSchedule] = "0 0 0 1 1 *",
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Training_goes_on_over_several_invocations_to_a_version_that_answers()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        var options = new TrainingOptions { Limit = TimeSpan.FromMinutes(5) };
        _folder.Drop("models/lines/model.json", """{"label": "y", "training": {"trainers": ["gbt"], "trials": 5}}""");
        _folder.Drop("datasets/lines/a.csv", Lines());
        var host = await TestHost.StartAsync(
            _folder,
            FunctionTypes.All,
            hostJson: """{"extensions": {"http": {"routePrefix": ""}}}""",
            with: s => s with { Values = Schedules },
            services: s => s
                .AddSingleton<TimeProvider>(clock)
                .AddSingleton(options)
                .AddSingleton(
                    CutOff(clock, options.Limit, ["trial 2 of 5: gbt", "trial 3 of 5: gbt", "trial 5 of 5: gbt"]))
                .AddServerless(_ => new FolderBlobStore(_folder.Path, TimeProvider.System)).AddServerlessWeb());
        await using (host)
        {
            while (await ChampionAsync(host) != 1) await Task.Delay(20, Cancel);
            await host.UntilIdleAsync();

            var status = (await host.StatusAsync()).GetProperty("functions").EnumerateArray()
                .ToDictionary(f => f.GetProperty("name").GetString()!, f => f.GetProperty("runs").GetInt32());
            Assert.Equal((1, 4), (status["ingest"], status["train"]));
            using var answer = await host.Client.PostAsJsonAsync("/api/models/lines/predict", new { x = 5 }, Cancel);
            var prediction = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
            Assert.Equal(1, prediction.GetProperty("version").GetInt32());
            Assert.Equal(15, prediction.GetProperty("predictions")[0].GetProperty("value").GetDouble(), 1.0);
        }

        Assert.Empty(_folder.Files("models/lines/runs"));
        Assert.Single(_folder.Files("monitoring/lines/runs"));
        Assert.Single(
            _folder.Files("models/lines/versions"), f => f.EndsWith("manifest.json", StringComparison.Ordinal));
        Assert.Contains(
            "lines: to be continued a.csv: The time limit of 00:05:00 was reached after 1 finished trial",
            host.Output.ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"file": "a.csv"}""")]
    public async Task A_retrain_message_without_a_model_is_no_request_and_ends_on_the_poison_queue(string body)
    {
        await using (var host = await TestHost.StartAsync(
            _folder,
            FunctionTypes.All,
            hostJson: """{"extensions": {"queues": {"maxDequeueCount": 1}}}""",
            with: s => s with { Values = Schedules },
            services: s => s.AddServerless(
                _ => new FolderBlobStore(_folder.Path, TimeProvider.System)).AddServerlessWeb()))
        {
            using var _ = await host.RunNowAsync("train", body);
            await host.UntilIdleAsync();
        }

        var poison = JsonDocument.Parse(
            File.ReadAllText(Assert.Single(_folder.Files("host/queues/retrain-poison")))).RootElement;
        Assert.Contains("Model", poison.GetProperty("lastError").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Between_the_time_limit_of_training_and_that_of_its_function_there_is_time_to_compare_and_register()
    {
        var function = HostFile.Read(Path.Combine(TestStore.Repository, "host.json")).FunctionTimeout!.Value;
        Assert.InRange(new TrainingOptions().Limit, TimeSpan.FromMinutes(1), function - TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData(SettingNames.TrainingLimit, "30", "expected a time up to 24 days, as \"hh:mm:ss\", found '30'.")]
    [InlineData(SettingNames.TrainingLimit, "00:00:00", "found '00:00:00'.")]
    [InlineData(SettingNames.TrainingLimit, "-00:01:00", "found '-00:01:00'.")]
    [InlineData(SettingNames.TrainingLimit, "25.00:00:00", "found '25.00:00:00'.")]
    [InlineData(SettingNames.TrainingLimit, "soon", "found 'soon'.")]
    [InlineData(SettingNames.ModelCache, "0", "expected at least 1, found 0.")]
    [InlineData(SettingNames.ModelCache, "much", "value 'much'")]
    public void A_wrong_setting_ends_the_start_and_is_named(string name, string value, string message)
    {
        var error = Assert.Throws<HostStartException>(() => TestHost.Build(
            _folder,
            [],
            with: s => s with { Values = new Dictionary<string, string?> { [name] = value } },
            services: s => s.AddServerlessSettings()));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A feed that lets the time limit pass when one of the trials begins, each time once.</summary>
    private static RunFeed CutOff(ManualClock clock, TimeSpan limit, HashSet<string> trials)
    {
        var feed = new RunFeed();
        feed.Updated += update =>
        {
            if (trials.Remove(update.Message)) clock.Advance(limit);
        };
        return feed;
    }

    private static async Task<int?> ChampionAsync(TestHost host)
    {
        using var answer = await host.Client.GetAsync("/api/models/lines", Cancel);
        var model = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
        return model.GetProperty("aliases").TryGetProperty("champion", out var version)
            && version.ValueKind == JsonValueKind.Number
            ? version.GetInt32()
            : null;
    }

    private static string Lines()
    {
        var csv = new StringBuilder("x,y\n");
        for (var i = 0; i < 300; i++) csv.Append(CultureInfo.InvariantCulture, $"{i / 30.0:0.##},{i / 10.0:0.##}\n");
        return csv.ToString();
    }
}
