using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>A real browser without a window, and what every page of ours must be in it.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Skips the test where no browser is named.</summary>
    public static async Task<Browser> StartAsync()
    {
        var chromium = Environment.GetEnvironmentVariable("SERVERLESS_TEST_CHROMIUM");
        Assert.SkipWhen(
            string.IsNullOrEmpty(chromium), "SERVERLESS_TEST_CHROMIUM names no chromium; .ci/run installs one.");
        var playwright = await Playwright.CreateAsync();
        return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"
            ],
        }));
    }

    /// <param name="axe">It brings a script, which the page's own policy forbids: let it in.</param>
    public async Task<IPage> OpenAsync(
        int width = 1280, ColorScheme mode = ColorScheme.Light, bool axe = false, bool scripts = true)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = mode,
            BypassCSP = axe,
            JavaScriptEnabled = scripts,
        });
        return await context.NewPageAsync();
    }

    /// <summary>
    /// As wide as a phone and a desk, light and dark: it complains of nothing, asks no other site, fits, and axe finds
    /// nothing.
    /// </summary>
    /// <param name="mayComplainOf">A complaint with this in it is one of the browser's own, and expected.</param>
    public async Task LookAsync(Uri address, string? mayComplainOf = null)
    {
        foreach (var (width, mode) in new[] { (380, ColorScheme.Dark), (1280, ColorScheme.Light) })
        {
            var where = $"{address} at {width} px, {mode}";
            var page = await OpenAsync(width, mode);
            var seen = new Seen(page, address);
            var response = await page.GotoAsync(address.ToString());
            Assert.Equal(200, response!.Status);
            if (mayComplainOf is not null)
            {
                seen.Complaints.RemoveAll(c => c.Contains(mayComplainOf, StringComparison.Ordinal));
            }

            Assert.True(seen.Complaints.Count == 0, $"{where}: {string.Join("; ", seen.Complaints)}");
            Assert.True(seen.Foreign.Count == 0, $"{where} asks for {string.Join("; ", seen.Foreign)}");

            var overflow = await page.EvaluateAsync<int>(
                "() => document.scrollingElement.scrollWidth - window.innerWidth");
            Assert.True(overflow <= 0, $"{where}: {overflow} px wider than the window");
            await page.Context.CloseAsync();

            var audited = await OpenAsync(width, mode, axe: true);
            await audited.GotoAsync(address.ToString());
            await AuditAsync(audited, where);
            await audited.Context.CloseAsync();
        }
    }

    public static async Task AuditAsync(IPage page, string where)
    {
        var result = await page.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            $"{where}: {string.Join("; ", result.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(", ", v.Nodes
                .Take(3).Select(n => n.Html))})"))}");
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    /// <summary>What a page asks for and complains of, from now on.</summary>
    internal sealed class Seen
    {
        public Seen(IPage page, Uri site)
        {
            page.Console += (_, message) => Complaints.Add(message.Text);
            page.PageError += (_, error) => Complaints.Add(error);
            page.Request += (_, request) =>
            {
                Requests.Add(request.Url);
                if (!request.Url.StartsWith(site.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
                    && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                    && !request.Url.StartsWith("blob:", StringComparison.Ordinal)) Foreign.Add(request.Url);
            };
        }

        public List<string> Complaints { get; } = [];

        public List<string> Requests { get; } = [];

        public List<string> Foreign { get; } = [];
    }
}
