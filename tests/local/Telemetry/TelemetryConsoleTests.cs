using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions;
using Serverless.Local.Tests.EndToEnd;
using Serverless.Storage;

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
            [typeof(PredictionFunctions), typeof(TrainingFunctions), typeof(RetrainResponse)],
            with: s => s with { Telemetry = asked, Values = new Dictionary<string, string?> { ["SweepSchedule"] = "0 0 0 1 1 *" } },
            services: s => s.AddServerless(p => new FolderBlobStore(folder.Path, p.GetRequiredService<TimeProvider>())));
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
            Assert.DoesNotContain(lines, l => l.StartsWith("trace ", StringComparison.Ordinal) || l.StartsWith("metric ", StringComparison.Ordinal));
            return;
        }

        // Indented by what is below what.
        var run = lines.FindIndex(l => l.StartsWith("    run ", StringComparison.Ordinal) && l.Contains("model.name=shown", StringComparison.Ordinal));
        Assert.StartsWith("  train ", lines[run - 1], StringComparison.Ordinal);
        Assert.StartsWith("trace ", lines[run - 2], StringComparison.Ordinal);
        Assert.Equal(
            ["validate", "trial", "trial", "trial", "trial", "gate", "register", "promote"],
            lines.Skip(run + 1).TakeWhile(l => l.StartsWith("      ", StringComparison.Ordinal)).Select(l => l.Trim().Split(' ')[0]));
        Assert.Contains("metric serverless.gate.verdicts model.name=shown gate.verdict=promote  1", lines);
    }

    private static async Task DropAsync(TempFolder folder, string blob, string source)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.PathOf(blob))!);
        await File.WriteAllBytesAsync(folder.PathOf(blob), await File.ReadAllBytesAsync(source, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
    }
}
