using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Serverless.Local.Tests.EndToEnd;

namespace Serverless.Local.Tests.Docs;

/// <summary>The picture of the README. It is written there only where SERVERLESS_WRITE_SCREENSHOT is 1.</summary>
[Collection(SampleStoreTests.Name)]
public sealed class ScreenshotTests(SampleStore samples)
{
    private const int RowsOfTraffic = 400;
    private const int MaxBytes = 200_000;

    [Fact]
    public async Task The_dashboard_shows_the_samples_with_their_traffic_and_drift()
    {
        await using var browser = await Browser.StartAsync();
        using var folder = new TempFolder();
        await samples.CopyToAsync(folder.PathOf("store"));
        await using var host = await HostProcess.StartAsync(folder.PathOf("store"));

        // One model is asked about another city: it drifts. The others are asked about what they know.
        await AskAsync("weather", "drifted/weather-new-york.csv", "precipitation", "weather");
        await AskAsync("flight-delays", "flight-delays/flights-2001.csv", "date", "delay");
        await AskAsync(
            "bird-strikes", "bird-strikes/bird-strikes.csv", "Cost Other", "Cost Repair", "Cost Total $", "Damage");
        foreach (var check in (string[])["check-drift", "check-staleness"]) await host.TriggerAsync(check);
        foreach (var model in SampleStore.Models)
        {
            await host.UntilAsync($"both reports of {model}", async () =>
            {
                using var response = await host.Http.GetAsync($"/api/models/{model}/drift");
                if (!response.IsSuccessStatusCode) return null;
                using var reports = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                return reports.RootElement.TryGetProperty("staleness", out _)
                    && reports.RootElement.TryGetProperty("drift", out var drift)
                    && drift.GetProperty("concluded").GetBoolean() ? model : null;
            });
        }

        var page = await browser.OpenAsync(width: 1200);
        await page.GotoAsync(host.Http.BaseAddress!.ToString());
        Assert.Equal(SampleStore.Models.Count, await page.Locator("article.card").CountAsync());
        var target = Environment.GetEnvironmentVariable("SERVERLESS_WRITE_SCREENSHOT") == "1"
            ? MarkdownPage.PathOf("docs/images/dashboard.png")
            : folder.PathOf("dashboard.png");
        var picture = await page.ScreenshotAsync(new PageScreenshotOptions { Path = target });
        Assert.InRange(picture.Length, 1, MaxBytes);

        async Task AskAsync(string model, string sample, params string[] unknown)
        {
            foreach (var row in Rows(sample, unknown)) await host.PredictAsync(model, row);
        }
    }

    /// <summary>Rows spread over a sample file, as bodies of predict requests.</summary>
    /// <param name="unknown">Columns that the model does not know.</param>
    private static IEnumerable<string> Rows(string sample, string[] unknown)
    {
        var lines = File.ReadAllLines(TestStore.Sample(sample.Split('/')));
        var (names, step) = (lines[0].Split(','), (lines.Length - 1) / RowsOfTraffic);
        return lines.Skip(1).Where((_, i) => i % step == 0)
            .Select(line => line.Split(','))
            .Where(values => values.Length == names.Length)
            .Select(values => names.Zip(values).Where(p => !unknown.Contains(p.First)))
            .Select(row => JsonSerializer.Serialize(row.ToDictionary(p => p.First, p => Value(p.Second))));

        static object? Value(string text) =>
            text.Length == 0 ? null
            : double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
            : text;
    }
}
