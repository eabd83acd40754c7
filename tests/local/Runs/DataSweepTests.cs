using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Core.Composition;
using Serverless.Core.Batch;
using Serverless.Core.Monitoring;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Local.Tests.Runs;

public sealed class DataSweepTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualClock _clock = new(DateTimeOffset.UtcNow);
    private readonly ServiceProvider _services;
    private readonly BlobStore _store;

    public DataSweepTests()
    {
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(_clock)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddServerless(_ => new FolderBlobStore(_folder.Path, TimeProvider.System))
            .BuildServiceProvider();
        _store = _services.GetRequiredService<BlobStore>();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_without_a_run_is_asked_for_once_its_event_is_overdue()
    {
        await DropAsync("datasets/adult/2026/a.csv");
        await DropAsync("datasets/no-model.csv");
        Assert.Empty(await SweepAsync());
        _clock.Advance(TrainingOptions.EventGrace + TimeSpan.FromMinutes(1));
        Assert.Equal(["adult 2026/a.csv"], await SweepAsync());
    }

    [Fact]
    public async Task A_file_that_was_run_is_left_alone_until_it_changes()
    {
        // Refused for its name, so the run is short; its end counts like any other.
        await DropAsync("datasets/adult/notes.md");
        await DropAsync("datasets/weather/b.csv");
        var run = await _services.RunDroppedAsync("adult/notes.md", Cancel);
        Assert.Equal(RunOutcome.Rejected, run!.Outcome);
        _clock.Advance(TrainingOptions.EventGrace + TimeSpan.FromMinutes(1));
        Assert.Equal(["weather b.csv"], await SweepAsync());

        await DropAsync("datasets/adult/notes.md");
        _clock.Advance(TrainingOptions.EventGrace);
        Assert.Equal(["adult notes.md", "weather b.csv"], await SweepAsync());
    }

    [Fact]
    public async Task A_sweep_asks_for_no_more_than_its_share()
    {
        for (var i = 0; i <= DataSweep.MaxAtOnce; i++) await DropAsync($"datasets/adult/{i:D3}.csv");
        _clock.Advance(TrainingOptions.EventGrace + TimeSpan.FromMinutes(1));
        Assert.Equal(DataSweep.MaxAtOnce, (await SweepAsync()).Count);
    }

    [Fact]
    public async Task A_file_that_only_model_json_stood_in_the_way_of_is_asked_for_again_once_that_is_changed()
    {
        var rows = Enumerable.Range(0, 200).Select(i => $"{i * 37 % 101},{(i * 37 % 101 * 3) + (i % 5)}\n");
        await WriteAsync("models/weather/model.json", """{"label": 3}""");
        await WriteAsync("datasets/weather/b.csv", "a,b\n" + string.Concat(rows));
        var run = await _services.RunDroppedAsync("weather/b.csv", Cancel);
        Assert.StartsWith("model.json cannot be used.", run!.Message, StringComparison.Ordinal);
        _clock.Advance(TrainingOptions.EventGrace + TimeSpan.FromMinutes(1));
        Assert.Empty(await SweepAsync());

        await WriteAsync("models/weather/model.json", """{"label": "b", "training": {"trainers": ["oracle"]}}""");
        Assert.Equal(["weather b.csv"], await SweepAsync());
        run = await _services.RunDroppedAsync("weather/b.csv", Cancel);
        Assert.Contains("Expected in training.trainers one of", run!.Message, StringComparison.Ordinal);
        Assert.Empty(await SweepAsync());

        // Once the data were looked at, a model.json that changes later is for the files to come.
        await WriteAsync("models/weather/model.json", """{"label": "b", "training": {"trainers": ["linear"]}}""");
        Assert.Equal(["weather b.csv"], await SweepAsync());
        run = await _services.RunDroppedAsync("weather/b.csv", Cancel);
        Assert.Equal(RunOutcome.Promoted, run!.Outcome);
        await WriteAsync("models/weather/model.json", """{"label": "a"}""");
        Assert.Empty(await SweepAsync());
    }

    [Fact]
    public async Task A_file_to_be_predicted_is_asked_for_once_its_model_has_a_version_and_until_it_is_done()
    {
        await DropAsync("batch/in/lines/2026/a.csv");
        await DropAsync("batch/out/lines/b.csv");
        _clock.Advance(TrainingOptions.EventGrace + TimeSpan.FromMinutes(1));
        Assert.Empty(await SweepBatchesAsync());

        var rows = Enumerable.Range(0, 200).Select(i => $"{i * 37 % 101},{(i * 37 % 101 * 3) + (i % 5)}\n");
        await WriteAsync(
            "models/lines/model.json", """{"label": "b", "training": {"trainers": ["linear"], "trials": 1}}""");
        await WriteAsync("datasets/lines/a.csv", "a,b\n" + string.Concat(rows));
        var run = await _services.RunDroppedAsync("lines/a.csv", Cancel);
        Assert.Equal(RunOutcome.Promoted, run!.Outcome);
        var missed = Assert.Single(await SweepBatchesAsync());
        Assert.Equal(("lines", "2026/a.csv"), (missed.Model, missed.File));

        Assert.Equal(
            BatchResult.Predicted, (await _services.GetRequiredService<BatchRunner>().RunAsync(missed, Cancel)).Result);
        Assert.Empty(await SweepBatchesAsync());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task DropAsync(string name) => WriteAsync(name, "a,b\n1,2\n");

    private async Task WriteAsync(string name, string content) => Assert.True(
        (await _store.WriteAsync(name, Encoding.UTF8.GetBytes(content), WriteCondition.Always, Cancel)).Written);

    private Task<IReadOnlyList<BatchRequest>> SweepBatchesAsync() =>
        _services.GetRequiredService<DataSweep>().FindMissedBatchesAsync(Cancel);

    private async Task<IReadOnlyList<string>> SweepAsync() =>
        [.. (await _services.GetRequiredService<DataSweep>().FindMissedAsync(Cancel)).Select(
            r => $"{r.Model} {r.File}")];
}
