using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Serverless.Core.Alerting;
using Serverless.Core.Training;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>The dashboard as people use it, in a real browser over real HTTP.</summary>
public sealed class DashboardTests
{
    private const string Key = "a-key-that-nobody-may-see";
    private const string Canary =
        """
        {"label": "y", "data": {"window": {"files": 1}}, "training": {"trainers": ["linear"], "trials": 1},
         "rollout": {"strategy": "canary", "steps": [20, 50]}}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_accessible_and_fits_while_nothing_is_there()
    {
        await using var browser = await Browser.StartAsync();
        await using var host = await DashboardHost.StartAsync();
        await browser.LookAsync(host.Site);
        host.Write("models/lines/model.json", DashboardHost.Definition);
        await browser.LookAsync(new Uri(host.Site, "/models/lines"));
    }

    [Fact]
    public async Task It_is_accessible_and_fits_with_runs_alerts_drift_traffic_and_a_roll_out()
    {
        await using var browser = await Browser.StartAsync();
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        await host.PredictAsync(600, x: 99);
        await host.RunNowAsync("check-drift");
        await host.RunNowAsync("check-staleness");
        await host.TrainAsync(2, "b.csv", slope: 6, Canary);
        await host.RejectAsync("not a table, with a name that is much longer than a phone is wide.csv");
        await host.Get<Alerts>().RaiseAsync("lines", AlertKind.RollBack, 2, "A test has raised this.", Cancel);
        await host.RunNowAsync("advance-rollouts");
        host.Get<RunFeed>().Publish(new RunUpdate("r", "lines", "c.csv", RunStage.Training, 0.4, "trial 3 of 8: gbt"));
        host.Get<RunFeed>().Publish(new RunUpdate("s", "lines", "d.csv", RunStage.Failed, 1, "The disk is full."));
        string[] shown =
            ["c.csv", "The disk is full.", "1 of 1 feature drifted", "Last judged", "A test has raised this."];
        await UntilAsync(async () =>
            await host.Client.GetStringAsync("/models/lines", Cancel) is var html
            && shown.All(w => html.Contains(w, StringComparison.Ordinal)));

        await browser.LookAsync(host.Site);
        await browser.LookAsync(new Uri(host.Site, "/models/lines"));
    }

    [Fact]
    public async Task Its_buttons_promote_and_roll_back_by_keyboard_and_tell_what_came_of_it()
    {
        await using var browser = await Browser.StartAsync();
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        await host.TrainAsync(2, "b.csv", slope: 0);
        Assert.Equal(1, await host.ChampionAsync());
        var page = await browser.OpenAsync(axe: true);
        await page.GotoAsync(new Uri(host.Site, "/models/lines").ToString());

        // No by Escape, and the focus is where it was.
        var promote = page.GetByRole(AriaRole.Button, new() { Name = "Promote version 2" });
        await promote.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog).ToContainTextAsync("It did not pass the gate.");
        await Browser.AuditAsync(page, "the question");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(promote).ToBeFocusedAsync();
        Assert.Equal(1, await host.ChampionAsync());

        // Yes, with a reason.
        await page.Keyboard.PressAsync("Enter");
        await dialog.GetByLabel("Why?").FillAsync("the new <b>sensor</b>");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Version 2 of lines is live.");
        Assert.Equal(2, await host.ChampionAsync());
        await Assertions.Expect(page.Locator("#head")).ToContainTextAsync("version 2 is live");
        await Assertions.Expect(page.Locator("#history")).ToContainTextAsync("the new <b>sensor</b>");
        await Browser.AuditAsync(page, "the answer");

        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back to version 1" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Roll back to version 1" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("lines is rolled back to version 1.");
        Assert.Equal(1, await host.ChampionAsync());

        // A refusal is told, and as an alert.
        await page.RouteAsync(
            "**/aliases/champion",
            route => route.FulfillAsync(
                new() { Status = 503, Body = """{"detail": "The store is unavailable."}""" }));
        await promote.ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The store is unavailable.");
    }

    [Fact]
    public async Task A_waiting_version_is_approved_from_the_overview_and_a_retrain_appears_by_itself()
    {
        await using var browser = await Browser.StartAsync();
        await using var host = await DashboardHost.StartAsync();
        const string manual =
            """{"label": "y", "training": {"trainers": ["linear"], "trials": 1}, "rollout": {"approval": "manual"}}""";
        await host.TrainAsync(1, "a.csv", slope: 3, manual);
        await browser.LookAsync(host.Site);
        await browser.LookAsync(new Uri(host.Site, "/models/lines"));

        var page = await browser.OpenAsync();
        var seen = new Browser.Seen(page, host.Site);
        await page.GotoAsync(host.Site.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve version 1 of lines" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Version 1 of lines is live.");
        Assert.Equal(1, await host.ChampionAsync());

        host.Write(
            "models/lines/model.json",
            """{"label": "y", "training": {"trainers": ["linear"], "trials": 1, "seed": 7}}""");
        var retrain = page.GetByRole(AriaRole.Button, new() { Name = "Retrain lines" });
        await retrain.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("A retrain of lines is asked for.");
        await Assertions.Expect(retrain).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("#runs li")).ToHaveCountAsync(2, new() { Timeout = 40_000 });
        Assert.Contains(
            "requested over the API", await page.Locator("#runs").InnerTextAsync(), StringComparison.Ordinal);

        // Once more it would do nothing, and the button says so.
        await retrain.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(
            "There is nothing new to learn from");
        Assert.Empty(seen.Foreign);
        Assert.Empty(seen.Complaints);
    }

    [Fact]
    public async Task A_roll_out_is_stopped_by_its_button_and_a_run_goes_on_before_ones_eyes()
    {
        await using var browser = await Browser.StartAsync();
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        await host.TrainAsync(2, "b.csv", slope: 6, Canary);
        host.Get<RunFeed>().Publish(new RunUpdate("r", "lines", "c.csv", RunStage.Training, 0.25, "trial 1 of 8: gbt"));
        await UntilAsync(async () => (await host.Client.GetStringAsync("/models/lines", Cancel)).Contains(
            "c.csv", StringComparison.Ordinal));
        var page = await browser.OpenAsync();
        await page.GotoAsync(new Uri(host.Site, "/models/lines").ToString());
        var bar = page.GetByRole(AriaRole.Progressbar, new() { Name = "Progress of c.csv of lines" });
        await Assertions.Expect(bar).ToHaveAttributeAsync("value", "25");
        host.Get<RunFeed>().Publish(new RunUpdate("r", "lines", "c.csv", RunStage.Evaluating, 0.85, "comparing"));
        await Assertions.Expect(bar).ToHaveAttributeAsync("value", "85", new() { Timeout = 20_000 });
        host.Get<RunFeed>().Publish(new RunUpdate("r", "lines", "c.csv", RunStage.Completed, 1, "done"));
        await Assertions.Expect(bar).ToHaveCountAsync(0, new() { Timeout = 20_000 });

        await Assertions.Expect(page.Locator("#roll-out")).ToContainTextAsync(
            new Regex("Version 2 answers 20\\s% of the requests, step 1 of 2"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop the roll-out of version 2" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(
            "The roll-out of version 2 of lines is stopped.");
        Assert.Equal(
            "stopped",
            (await host.ModelAsync()).GetProperty("aliases").GetProperty("rollout").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Behind_a_key_pages_reports_downloads_and_buttons_work_and_no_address_ever_has_the_key()
    {
        await using var browser = await Browser.StartAsync();
        await using var host = await DashboardHost.StartAsync(Key);
        await host.TrainAsync(1, "a.csv", slope: 3);
        await host.TrainAsync(2, "b.csv", slope: 0);
        await browser.LookAsync(new Uri(host.Site, "/sign-in"), mayComplainOf: "401");

        var page = await browser.OpenAsync();
        var seen = new Browser.Seen(page, host.Site);
        await page.GotoAsync(new Uri(host.Site, "/sign-in").ToString());
        await page.GetByLabel("Function key").FillAsync("another key that is wrong");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The key was not accepted.");
        await page.GetByLabel("Function key").FillAsync(Key);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Link, new() { Name = "lines", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("lines");

        await page.GetByRole(AriaRole.Link, new() { Name = "Report of version 2" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("version 2");
        await page.GetByText("Lineage and identity").ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "Download the model as ONNX" }).ClickAsync());
        Assert.Equal("lines-2.onnx", download.SuggestedFilename);
        Assert.True(new FileInfo(await download.PathAsync()).Length > 100);
        await page.GoBackAsync();
        await page.GoBackAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("lines");

        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Promote version 2" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Version 2 of lines is live.");
        Assert.Equal(2, await host.ChampionAsync());

        Assert.DoesNotContain(seen.Requests.Append(page.Url), r => r.Contains(Key, StringComparison.Ordinal));
        Assert.DoesNotContain(Key, await page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(seen.Foreign);
    }

    [Fact]
    public async Task A_key_that_came_in_an_address_is_taken_out_of_it_and_another_tab_has_to_give_its_own()
    {
        await using var browser = await Browser.StartAsync();
        await using var host = await DashboardHost.StartAsync(Key);
        await host.TrainAsync(1, "a.csv", slope: 3);
        var page = await browser.OpenAsync();
        await page.GotoAsync(new Uri(host.Site, $"/models/lines?code={Key}").ToString());
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("lines");
        Assert.Equal(new Uri(host.Site, "/sign-in#/models/lines").ToString(), page.Url);
        await page.GetByRole(AriaRole.Link, new() { Name = "All models" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Models");
        Assert.DoesNotContain(Key, await page.ContentAsync(), StringComparison.Ordinal);

        var other = await browser.OpenAsync();
        await other.GotoAsync(page.Url);
        await Assertions.Expect(other.GetByLabel("Function key")).ToBeVisibleAsync();
        Assert.Equal(401, (await other.GotoAsync(host.Site.ToString()))!.Status);
    }

    [Fact]
    public async Task Without_scripts_it_is_read_and_its_links_work()
    {
        await using var browser = await Browser.StartAsync();
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        var page = await browser.OpenAsync(scripts: false);
        await page.GotoAsync(host.Site.ToString());
        await Assertions.Expect(page.GetByText("version 1 is live", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "lines", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Report of version 1" }).First.ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("version 1");
    }

    private static async Task UntilAsync(Func<Task<bool>> isReached)
    {
        for (var i = 0; !await isReached(); i++)
        {
            Assert.True(i < 300, "It did not come to that within half a minute.");
            await Task.Delay(100, Cancel);
        }
    }
}
