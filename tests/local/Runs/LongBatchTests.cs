using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Core;
using Serverless.Core.Composition;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Web;
using Serverless.Tests;

namespace Serverless.Local.Tests.Runs;

/// <summary>The app's own functions in the embedded host, with a time limit that ends with every part.</summary>
public sealed class LongBatchTests : IDisposable
{
    private const int Rows = 600_000;

    private static readonly IReadOnlyDictionary<string, string?> Schedules = new Dictionary<string, string?>
    {
        [SettingNames.StalenessSchedule] = "0 0 0 1 1 *",
        [SettingNames.DriftSchedule] = "0 0 0 1 1 *",
        [SettingNames.SweepSchedule] = "0 0 0 1 1 *",
        [SettingNames.RolloutSchedule] = "0 0 0 1 1 *",
        [SettingNames.SourceSchedule] = "0 0 0 1 1 *",
    };

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_predicted_over_several_invocations()
    {
        await TrainAsync();
        _folder.Drop(
            "batch/in/lines/a.csv",
            "x\n"
                + string.Concat(Enumerable.Range(0, Rows).Select(
                    i => string.Create(CultureInfo.InvariantCulture, $"{i % 100 / 10.0}\n"))));
        var host = await TestHost.StartAsync(
            _folder,
            FunctionTypes.All,
            hostJson: """{"extensions": {"http": {"routePrefix": ""}}}""",
            with: s => s with { Values = Schedules },
            services: s => s
                .AddSingleton(new TrainingOptions { Limit = TimeSpan.FromMilliseconds(1) })
                .AddServerless(_ => new FolderBlobStore(_folder.Path, TimeProvider.System)).AddServerlessWeb());
        await using (host)
        {
            while (!File.Exists(_folder.PathOf("batch/out/lines/a.csv.report.json"))) await Task.Delay(20, Cancel);
            await host.UntilIdleAsync();
            var runs = (await host.StatusAsync()).GetProperty("functions").EnumerateArray()
                .ToDictionary(f => f.GetProperty("name").GetString()!, f => f.GetProperty("runs").GetInt32());
            Assert.Equal(1, runs["predict-file"]);
            Assert.True(runs["continue-file"] > 0, "Expected that the limit came before the end of the file.");
        }

        var row = 0;
        foreach (var line in File.ReadLines(_folder.PathOf("batch/out/lines/a.csv")).Skip(1))
        {
            Assert.StartsWith($"{++row},", line, StringComparison.Ordinal);
        }

        Assert.Equal(Rows, row);
        Assert.Empty(_folder.Files("batch/parts"));
    }

    private async Task TrainAsync()
    {
        var csv = new StringBuilder("x,y\n");
        for (var i = 0; i < 300; i++) csv.Append(CultureInfo.InvariantCulture, $"{i / 30.0:0.##},{i / 10.0:0.##}\n");
        _folder.Drop(
            "models/lines/model.json", """{"label": "y", "training": {"trainers": ["linear"], "trials": 1}}""");
        _folder.Drop("datasets/lines/a.csv", csv.ToString());
        await using var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddServerless(_ => new FolderBlobStore(_folder.Path, TimeProvider.System)).AddServerlessWeb()
            .BuildServiceProvider();
        var run = await services.RunDroppedAsync("lines/a.csv", Cancel);
        Assert.Equal(RunOutcome.Promoted, run!.Outcome);
    }
}
