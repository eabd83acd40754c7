using System.Text;
using Serverless.Core.Alerting;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Traffic;
using Serverless.Core.Training;
using Serverless.Learning.Gate;
using Serverless.Tests;
using Serverless.Web.Dashboard;

namespace Serverless.Web.Tests.Dashboard;

/// <summary>What the pages say, as production gathers it.</summary>
public sealed class DashboardTests
{
    private const string Hostile = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_overview_of_nothing_says_where_to_drop_data()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        var html = await OverviewAsync(product);
        Assert.Contains("There is no model yet.", html, StringComparison.Ordinal);
        Assert.Contains("datasets/your-model/your.csv", html, StringComparison.Ordinal);
        Assert.Null(await product.Get<DashboardService>().ModelAsync("nobody", Cancelled));
    }

    [Fact]
    public async Task A_models_page_has_its_versions_with_their_parts_scores_verdicts_and_buttons()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        var first = await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.NewestFile);
        var second = await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        Assert.Equal((RunOutcome.Promoted, RunOutcome.NotPromoted), (first.Outcome, second.Outcome));

        var html = await ModelAsync(product);
        Assert.Contains("version 1 is live", html, StringComparison.Ordinal);
        Assert.Contains(">champion<", html, StringComparison.Ordinal);
        var manifest = await product.Registry.GetAsync("lines", 2, Cancelled);
        Assert.Contains(Encoded(manifest!.Verdict.Reasons[0]), html, StringComparison.Ordinal);
        Assert.Contains("id=\"promote-lines-2\"", html, StringComparison.Ordinal);
        Assert.Contains("It did not pass the gate.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"promote-lines-1\"", html, StringComparison.Ordinal);
        // There is nothing before version 1 to go back to.
        Assert.DoesNotContain("Roll back", html, StringComparison.Ordinal);

        await product.Registry.PromoteAsync("lines", 2, null, "a test", "to see", Cancelled);
        Assert.Contains("Roll back to version 1", await ModelAsync(product), StringComparison.Ordinal);
        Assert.Contains("Roll back to version 1", await OverviewAsync(product), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_and_the_report_show_what_each_column_was_taken_for()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3).Replace(",", ";").Replace('.', ','));

        foreach (var html in (string[])[
            await ModelAsync(product), await product.ReadAsync(BlobPaths.Report("lines", 1))])
        {
            Assert.Contains("label, regression", html, StringComparison.Ordinal);
            Assert.Contains("numbers with a decimal comma", html, StringComparison.Ordinal);
            Assert.Contains("<td>categorical</td><td>as it is</td>", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Traffic_of_the_last_hour_is_counted_by_version_with_its_latency_and_older_traffic_is_not()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = new Product(s => s.AddServerlessWeb(), clock: clock);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await AskAsync(product, 7);
        await product.Get<PredictionLog>().FlushAsync(Cancelled);
        clock.Advance(TimeSpan.FromMinutes(61));
        await product.Get<PredictionLog>().FlushAsync(Cancelled);
        clock.Advance(TimeSpan.FromMinutes(1));
        await AskAsync(product, 3);
        await product.Get<PredictionLog>().FlushAsync(Cancelled);

        var traffic = await LiveTraffic.ReadAsync(product.Store, "lines", clock.GetUtcNow(), Cancelled);
        var one = Assert.Single(traffic.Versions);
        Assert.Equal((1, 6, 3), (one.Version, one.Rows, one.Requests));
        Assert.Equal(6, traffic.Minutes.Sum(), 1e-9);
        Assert.Equal(6, traffic.Minutes[^1], 1e-9);
        Assert.NotNull(one.P50);
        Assert.Contains("6 predictions in the last hour", await OverviewAsync(product), StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(
            6, (await LiveTraffic.ReadAsync(product.Store, "lines", clock.GetUtcNow(), Cancelled)).Minutes[29], 1e-9);
    }

    [Fact]
    public async Task Hostile_names_messages_and_reasons_become_no_markup()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.Registry.PromoteAsync("lines", 1, null, Hostile, Hostile, Cancelled);
        await product.Registry.ChallengeAsync("lines", 1, Hostile, Hostile, Cancelled);
        await product.Get<Alerts>().RaiseAsync("lines", AlertKind.Drift, 1, Hostile, Cancelled);
        product.Get<RunFeed>().Publish(new RunUpdate("r", "lines", Hostile, RunStage.Training, 0.5, Hostile));
        await product.Get<RunProgressStore>().FlushAsync();
        await product.Get<RunRecordStore>().WriteAsync(
            (await product.Get<RunRecordStore>().ListNewestAsync("lines", 1, Cancelled))[0] with
            {
                Identity = "hostile",
                File = Hostile,
                Message = Hostile,
                Trigger = Hostile
            },
            Cancelled);

        foreach (var html in new[] { await OverviewAsync(product), await ModelAsync(product) })
        {
            Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
            Assert.DoesNotContain("alert(2)</script>", html, StringComparison.Ordinal);
            Assert.Contains(Encoded(Hostile), html, StringComparison.Ordinal);
            // The page's own script, once: its hash is the only one that may run.
            Assert.Equal(2, html.Split("<script>").Length);
        }
    }

    [Fact]
    public async Task A_damaged_blob_is_named_and_hides_nothing_else()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var now = product.Get<TimeProvider>().GetUtcNow().UtcDateTime;
        string[] damaged =
        [
            BlobPaths.Manifest("lines", 2),
            $"{BlobPaths.MonitoringOf("lines")}drift/latest.json",
            $"{BlobPaths.MonitoringOf("lines")}staleness/latest.json",
            $"{BlobPaths.MonitoringOf("lines")}running/x.json",
            $"{BlobPaths.MonitoringOf("lines")}runs/x.json",
            $"{BlobPaths.MonitoringOf("lines")}alerts/{now:yyyy-MM-dd}-drift-v1.json",
            $"{BlobPaths.PredictionsOf("lines")}{now:yyyy-MM-dd}/{now:HHmmssfff}-x.json",
        ];
        foreach (var blob in damaged) await product.WriteAsync(blob, "{\"half");

        var page = await ModelAsync(product);
        Assert.All(damaged, blob => Assert.Contains($"{blob} cannot be read", page, StringComparison.Ordinal));
        Assert.Contains("version 1 is live", page, StringComparison.Ordinal);
        Assert.Contains(
            Encoded((await product.Registry.GetAsync("lines", 1, Cancelled))!.Verdict.Reasons[0]),
            page,
            StringComparison.Ordinal);
        var overview = await OverviewAsync(product);
        Assert.All(damaged[1..], blob => Assert.Contains($"{blob} cannot be read", overview, StringComparison.Ordinal));
        Assert.Contains("1 model, 1 live", overview, StringComparison.Ordinal);
        // What is not known is not said to be nothing.
        string[] nothing =
        [
            "not checked yet",
            "No predictions in the last hour",
            "no predictions in the last hour",
            "no alerts",
            "nothing is trained"
        ];
        Assert.All(nothing, words => Assert.DoesNotContain(words, page + overview, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_with_damaged_aliases_says_so_and_hides_no_other_model()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("others", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.WriteAsync(BlobPaths.Aliases("lines"), "[]");

        var overview = await OverviewAsync(product);
        Assert.Contains("2 models, 1 live", overview, StringComparison.Ordinal);
        Assert.Contains("1 that cannot be read", overview, StringComparison.Ordinal);
        Assert.DoesNotContain("no alerts", overview, StringComparison.Ordinal);
        Assert.Contains("id=\"retrain-others\"", overview, StringComparison.Ordinal);
        foreach (var html in new[] { overview, await ModelAsync(product) })
        {
            Assert.Contains($"{BlobPaths.Aliases("lines")} cannot be read", html, StringComparison.Ordinal);
            // Nobody knows what is live: neither that something is, nor that nothing is, and no button would do.
            Assert.DoesNotContain("no version is live", html, StringComparison.Ordinal);
            Assert.DoesNotContain("id=\"retrain-lines\"", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_script_that_is_allowed_is_the_one_that_is_there_and_pages_name_no_other_site()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        foreach (var html in new[] { await OverviewAsync(product), await ModelAsync(product), Encoding.UTF8.GetString(
            DashboardService.SignIn()) })
        {
            var script = html.Split("<script>")[1].Split("</script>")[0];
            var hash = Convert.ToBase64String(
                System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(script)));
            Assert.Equal($"sha256-{hash}", DashboardService.ScriptHash);
            Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        }
    }

    private static async Task AskAsync(Product product, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("lines", """[{"x": 1}, {"x": 2}]"""));
        }
    }

    private static async Task<string> OverviewAsync(Product product) =>
        Encoding.UTF8.GetString(await product.Get<DashboardService>().OverviewAsync(Cancelled));

    private static async Task<string> ModelAsync(Product product) =>
        Encoding.UTF8.GetString((await product.Get<DashboardService>().ModelAsync("lines", Cancelled))!);

    /// <summary>As the pages write text.</summary>
    private static string Encoded(string text) =>
        System.Net.WebUtility.HtmlEncode(text.Replace(" %", "\u00A0%", StringComparison.Ordinal));
}
