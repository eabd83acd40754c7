using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>The pages in a real browser, as wide as a phone and a desk, light and dark.</summary>
public sealed class BrowserTests
{
    private static readonly string[] Models = ["bird-strikes", "flight-delays", "weather"];

    [Fact]
    public async Task Dashboard_and_reports_are_readable_and_accessible_at_any_width_and_in_both_modes()
    {
        var chromium = Environment.GetEnvironmentVariable("SERVERLESS_TEST_CHROMIUM");
        Assert.SkipWhen(string.IsNullOrEmpty(chromium), "SERVERLESS_TEST_CHROMIUM names no chromium; .ci/run installs one.");

        using var store = new TestStore();
        await using var host = await HostProcess.StartAsync(store.Root);
        foreach (var model in Models)
        {
            await host.UntilAsync($"a champion of {model}", () =>
                Task.FromResult(host.Output.Contains($"{model}: promoted", StringComparison.Ordinal) ? "yes" : null));
        }

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"],
        });
        string[] pages = ["/", .. Models.Select(m => $"/api/models/{m}/versions/1/report")];
        foreach (var path in pages)
        {
            foreach (var (width, mode) in new[] { (380, ColorScheme.Dark), (1280, ColorScheme.Light) })
            {
                await LookAsync(browser, new Uri(host.Http.BaseAddress!, path).ToString(), width, mode);
            }
        }
    }

    private static async Task LookAsync(IBrowser browser, string address, int width, ColorScheme mode)
    {
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = mode,
        });
        var page = await context.NewPageAsync();
        var (complaints, requests) = (new List<string>(), new List<string>());
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => requests.Add(request.Url);

        var where = $"{address} at {width} px, {mode}";
        var response = await page.GotoAsync(address);
        Assert.Equal(200, response!.Status);
        Assert.True(complaints.Count == 0, $"{where}: {string.Join("; ", complaints)}");
        Assert.All(requests, r => Assert.True(r == address || r.StartsWith("data:", StringComparison.Ordinal), $"{where} asks for {r}"));

        var overflow = await page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth - window.innerWidth");
        Assert.True(overflow <= 0, $"{where}: {overflow} px wider than the window");

        // axe brings a script, which the page's own policy forbids: it is let in for this check alone.
        var axe = await context.Browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BypassCSP = true,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = mode,
        });
        var audited = await axe.NewPageAsync();
        await audited.GotoAsync(address);
        var result = await audited.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            $"{where}: {string.Join("; ", result.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(", ", v.Nodes.Take(3).Select(n => n.Html))})"))}");
        await axe.DisposeAsync();
    }
}
