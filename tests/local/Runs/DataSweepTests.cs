using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Core.Tests;
using Serverless.Runs;
using Serverless.Storage;

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
        _clock.Advance(DataSweep.Grace + TimeSpan.FromMinutes(1));
        Assert.Equal(["adult 2026/a.csv"], await SweepAsync());
    }

    [Fact]
    public async Task A_file_that_was_run_is_left_alone_until_it_changes()
    {
        // Refused for its name, so the run is short; its end counts like any other.
        await DropAsync("datasets/adult/notes.txt");
        await DropAsync("datasets/weather/b.csv");
        var run = await _services.GetRequiredService<TrainingRuns>().RunAsync("adult", "notes.txt", "a test", Cancel);
        Assert.Equal(RunOutcome.Rejected, run.Outcome);
        _clock.Advance(DataSweep.Grace + TimeSpan.FromMinutes(1));
        Assert.Equal(["weather b.csv"], await SweepAsync());

        await DropAsync("datasets/adult/notes.txt");
        _clock.Advance(DataSweep.Grace);
        Assert.Equal(["adult notes.txt", "weather b.csv"], await SweepAsync());
    }

    [Fact]
    public async Task A_sweep_asks_for_no_more_than_its_share()
    {
        for (var i = 0; i <= DataSweep.MostAtOnce; i++) await DropAsync($"datasets/adult/{i:D3}.csv");
        _clock.Advance(DataSweep.Grace + TimeSpan.FromMinutes(1));
        Assert.Equal(DataSweep.MostAtOnce, (await SweepAsync()).Count);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task DropAsync(string name) => Assert.True(
        (await _store.WriteAsync(name, Encoding.UTF8.GetBytes("a,b\n1,2\n"), WriteCondition.Always, Cancel)).Written);

    private async Task<IReadOnlyList<string>> SweepAsync() =>
        [.. (await _services.GetRequiredService<DataSweep>().FindMissedAsync(Cancel)).Select(r => $"{r.Model} {r.File}")];
}
