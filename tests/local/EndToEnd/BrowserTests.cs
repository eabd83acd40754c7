namespace Serverless.Local.Tests.EndToEnd;

/// <summary>The pages of the samples in a real browser.</summary>
public sealed class BrowserTests
{
    private static readonly string[] Models = ["bird-strikes", "flight-delays", "weather"];

    [Fact]
    public async Task Dashboard_and_reports_are_readable_and_accessible_at_any_width_and_in_both_modes()
    {
        await using var browser = await Browser.StartAsync();
        using var store = new TestStore();
        await using var host = await HostProcess.StartAsync(store.Root);
        foreach (var model in Models)
        {
            await host.UntilAsync($"a champion of {model}", () =>
                Task.FromResult(host.Output.Contains($"{model}: promoted", StringComparison.Ordinal) ? "yes" : null));
        }

        string[] pages =
        [
            "/", .. Models.Select(m => $"/models/{m}"), .. Models.Select(m => $"/api/models/{m}/versions/1/report")
        ];
        foreach (var path in pages) await browser.LookAsync(new Uri(host.Http.BaseAddress!, path));
    }
}
