using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Core.Composition;
using Serverless.Core.Storage;
using Serverless.Functions;
using Serverless.Local.Tests.EndToEnd;
using Serverless.Web;

namespace Serverless.Local.Tests.Telemetry;

public sealed class TelemetryConsoleTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Traces_and_metrics_are_shown_where_they_are_asked_for_and_nowhere_else(bool asked)
    {
        using var folder = new TempFolder();
        var model = asked ? "shown" : "hidden";
        var host = await TestHost.StartAsync(
            folder,
            [
                typeof(PredictionFunctions), typeof(IngestFunctions), typeof(IngestMessages), typeof(TrainingFunctions),
                typeof(RetrainResponse),
            ],
            with: s => s with
            {
                Telemetry = asked,
                Values = new Dictionary<string, string?> { ["SweepSchedule"] = "0 0 0 1 1 *" }
            },
            services: s => s.AddServerless(
                p => new FolderBlobStore(folder.Path, p.GetRequiredService<TimeProvider>())).AddServerlessWeb());
        await using (host)
        {
            await DropAsync(folder, $"models/{model}/model.json", TestStore.Sample("weather", "model.json"));
            await DropAsync(folder, $"datasets/{model}/seattle.csv", TestStore.Sample("weather", "seattle.csv"));
            await host.UntilIdleAsync();
            await Until.TrueAsync(() => folder.Files($"monitoring/{model}/runs").Length > 0, "a record of the run");
            await host.UntilIdleAsync();
        }

        var lines = host.Output.ToString().Split('\n').Select(l => l.TrimEnd()).ToList();
        if (!asked)
        {
            Assert.DoesNotContain(
                lines,
                l => l.StartsWith("trace ", StringComparison.Ordinal)
                    || l.StartsWith("metric ", StringComparison.Ordinal));
            return;
        }

        // Indented by what is below what.
        var run = lines.FindIndex(l => l.StartsWith("    run ", StringComparison.Ordinal)
            && l.Contains("model.name=shown", StringComparison.Ordinal));
        Assert.StartsWith("  train ", lines[run - 1], StringComparison.Ordinal);
        Assert.Equal(
            ["read", "trial", "trial", "trial", "trial", "gate", "register", "promote"],
            lines.Skip(run + 1).TakeWhile(l => l.StartsWith("      ", StringComparison.Ordinal)).Select(
                l => l.Trim().Split(' ')[0]));
        Assert.Contains("metric serverless.gate.verdicts model.name=shown gate.verdict=promote  1", lines);
    }

    [Fact]
    public async Task A_rare_trace_is_shown_among_thousands_of_others_which_are_counted()
    {
        const int Flood = 2000;
        using var folder = new TempFolder();
        using var source = new ActivitySource("Serverless.Tests.Console");
        var host = await TestHost.StartAsync(folder, [], with: s => s with { Telemetry = true });
        await using (host)
        {
            for (var i = 0; i < Flood; i++) source.StartActivity("flood")!.Dispose();
            source.StartActivity("rare")!.Dispose();
            await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
            source.StartActivity("flood")!.Dispose();
        }

        var lines = host.Output.ToString().Split('\n').Select(l => l.TrimEnd()).ToList();
        Assert.Single(lines, l => l.StartsWith("  rare ", StringComparison.Ordinal));
        var shown = lines.Count(l => l.StartsWith("  flood ", StringComparison.Ordinal));
        var leftOut = lines.Where(l => l.EndsWith(
            " more traces of flood in that second",
            StringComparison.Ordinal)).Sum(l => int.Parse(l.Split(' ')[0], CultureInfo.InvariantCulture));
        Assert.InRange(shown, 21, Flood / 2);
        Assert.Equal(Flood + 1, shown + leftOut);
    }

    private static async Task DropAsync(TempFolder folder, string blob, string source)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.PathOf(blob))!);
        await File.WriteAllBytesAsync(
            folder.PathOf(blob),
            await File.ReadAllBytesAsync(source, TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
    }
}
