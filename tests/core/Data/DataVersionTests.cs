using System.Globalization;
using System.Text;
using Serverless.Core.Data;
using Serverless.Core.Monitoring;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Core.Tests.Data;

/// <summary>Every drop adds to the model's data, whatever the order in which events come.</summary>
public sealed class DataVersionTests
{
    private const string Timed =
        """{"label": "y", "time": "day", "training": {"trainers": ["linear"], "trials": 1}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_files_at_once_are_ten_data_versions_and_one_training()
    {
        await using var product = new Product();
        for (var i = 0; i < 10; i++)
        {
            await product.DropAsync("lines", $"{i}.csv", SmallData.Line(3, seed: (ulong)i + 1), SmallData.Regression);
        }

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() =>
            product.Get<IngestRunner>().RunDroppedAsync($"lines/{i}.csv", Cancelled))));

        Assert.Equal(10, (await product.ListAsync(BlobPaths.DataVersions("lines"))).Count);
        var records = new List<RunRecord>();
        foreach (var asked in results.Where(r => r!.Training is not null))
        {
            records.Add(await product.Get<TrainingRunner>().RunAsync(asked!.Training!, Cancelled));
        }

        Assert.NotEmpty(records);
        Assert.Equal([1], await product.Registry.ListVersionsAsync("lines", Cancelled));
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        Assert.Equal((10, 10), (manifest.Data.Count, manifest.DataVersion));
    }

    [Fact]
    public async Task Any_order_of_the_files_gives_the_same_content_and_the_same_model()
    {
        var names = Enumerable.Range(1, 6).Select(m => $"2026-0{m}.csv").ToArray();
        HashSet<string> contents = [], models = [];
        for (var round = 0UL; round < 6; round++)
        {
            await using var product = new Product();
            var random = new SplitMix64(round);
            var order = names.OrderBy(_ => random.NextInt32(1000)).ToList();
            foreach (var name in order)
            {
                await product.TrainAsync("lines", name, Month(name), Timed);
            }

            var newest = (await VersionsOf(product).FindNewestAsync(Cancelled))!;
            contents.Add(newest.Content);
            var versions = await product.Registry.ListVersionsAsync("lines", Cancelled);
            models.Add((await product.Registry.GetAsync("lines", versions[^1], Cancelled))!.ModelHash);
        }

        Assert.Single(contents);
        Assert.Single(models);
    }

    [Fact]
    public async Task A_month_that_comes_late_takes_its_place_in_the_past()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "2026-06.csv", Month("2026-06.csv"), Timed);
        var record = await product.TrainAsync("lines", "2026-02.csv", Month("2026-02.csv"));

        var manifest = (await product.Registry.GetAsync("lines", record.Version!.Value, Cancelled))!;
        Assert.Equal(
            ["datasets/lines/2026-02.csv", "datasets/lines/2026-06.csv"], manifest.Data.Select(d => d.Name));
        Assert.Equal(6, manifest.DataUntil!.Value.Month);
        // Of two months the newest fifth are held out: more than the first version held out of the newer one alone.
        Assert.Contains("the champion has learned from the others", string.Join(' ', manifest.Verdict.Reasons),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_content_under_two_names_counts_once()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var updates = new List<RunUpdate>();
        product.Get<RunFeed>().Updated += updates.Add;
        var again = await product.TrainAsync("lines", "b.csv", SmallData.Line(3));

        Assert.StartsWith("Already done", again.Message, StringComparison.Ordinal);
        Assert.Contains(
            updates,
            u => u.Stage == RunStage.Accepted
                && u.Message.StartsWith("It has the same content as a.csv", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replaced_file_replaces_its_rows()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var before = (await VersionsOf(product).FindNewestAsync(Cancelled))!;
        var record = await product.TrainAsync("lines", "a.csv", SmallData.Line(3, seed: 2, rows: 300));

        var after = (await VersionsOf(product).FindNewestAsync(Cancelled))!;
        Assert.Equal(("a.csv was replaced", 2), (after.Cause, after.Number));
        Assert.Equal(300, Assert.Single(after.Parts).Rows);
        Assert.NotEqual(before.Content, after.Content);
        Assert.Equal(300, Assert.Single((await product.Registry.GetAsync(
            "lines", record.Version!.Value, Cancelled))!.Data).Rows);
    }

    [Fact]
    public async Task A_deleted_file_takes_its_rows_along_and_the_run_says_so()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2));
        await product.Store.DeleteAsync(BlobPaths.Dataset("lines", "b.csv"), Cancelled);
        Assert.True(await product.Get<RetrainCheck>().FindObstacleAsync("lines", Cancelled)
            is { } nothing && nothing.Contains("made version 1", StringComparison.Ordinal));

        await product.DropAsync("lines", "c.csv", SmallData.Line(3, seed: 3));
        var record = await product.RunAsync("lines", "c.csv");

        Assert.StartsWith("b.csv was deleted: its rows are no longer learned from.", record.Message,
            StringComparison.Ordinal);
        Assert.Equal(
            ["datasets/lines/a.csv", "datasets/lines/c.csv"],
            (await product.Registry.GetAsync("lines", record.Version!.Value, Cancelled))!.Data.Select(d => d.Name));
    }

    [Fact]
    public async Task After_a_crash_at_any_write_the_repeated_event_gives_the_same_data_version()
    {
        await using var undisturbed = new Product();
        await undisturbed.DropAsync("lines", "a.csv", SmallData.Line(3));
        var writes = new List<string>();
        undisturbed.Store.Writing = name =>
        {
            writes.Add(name);
            return Task.CompletedTask;
        };
        await undisturbed.Get<IngestRunner>().RunDroppedAsync("lines/a.csv", Cancelled);
        var expected = (await VersionsOf(undisturbed).FindNewestAsync(Cancelled))!.Content;
        Assert.Contains(writes, w => w.EndsWith(".parquet", StringComparison.Ordinal));

        for (var killedAt = 0; killedAt < writes.Count(IsOfIngest); killedAt++)
        {
            await using var product = new Product();
            await product.DropAsync("lines", "a.csv", SmallData.Line(3));
            var number = 0;
            product.Store.Writing = name => IsOfIngest(name) && number++ == killedAt
                ? throw new IOException($"killed at {name}")
                : Task.CompletedTask;
            await Assert.ThrowsAsync<IOException>(
                () => product.Get<IngestRunner>().RunDroppedAsync("lines/a.csv", Cancelled));
            product.Store.Writing = null;
            var result = await product.Get<IngestRunner>().RunDroppedAsync("lines/a.csv", Cancelled);
            Assert.NotNull(result!.Training);
            var newest = (await VersionsOf(product).FindNewestAsync(Cancelled))!;
            Assert.Equal((1, expected), (newest.Number, newest.Content));
        }

        // Progress is written beside, whenever it comes.
        static bool IsOfIngest(string name) => !name.Contains("/running/", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_whose_message_was_lost_is_found_by_the_sweep_and_learned_from_once()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = new Product(clock: clock);
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        Assert.NotNull((await product.Get<IngestRunner>().RunDroppedAsync("lines/a.csv", Cancelled))!.Training);
        var sweep = product.Get<DataSweep>();
        Assert.Empty(await sweep.FindUntrainedAsync(Cancelled));

        clock.Advance(TimeSpan.FromHours(1));
        var request = Assert.Single(await sweep.FindUntrainedAsync(Cancelled));
        Assert.Equal(
            RunOutcome.Promoted, (await product.Get<TrainingRunner>().RunAsync(request, Cancelled)).Outcome);
        Assert.Empty(await sweep.FindUntrainedAsync(Cancelled));
    }

    [Fact]
    public async Task An_edit_of_how_files_are_read_reads_them_anew()
    {
        await using var product = new Product();
        var rows = SmallData.Line(3).Replace("red", "n.a.", StringComparison.Ordinal);
        await product.TrainAsync("lines", "a.csv", rows, SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2));
        await product.WriteAsync(
            BlobPaths.Definition("lines"), SmallData.Regression[..^1] + """, "missing": ["n.a."]}""");

        var record = await product.Get<TrainingRunner>().RunAsync(new RetrainRequest("lines", "a test"), Cancelled);

        var newest = (await VersionsOf(product).FindNewestAsync(Cancelled))!;
        Assert.Single(newest.Parts.Select(p => p.Intake).Distinct());
        Assert.EndsWith("was read anew, by the edited model.json", newest.Cause, StringComparison.Ordinal);
        Assert.Equal(2, (await product.Registry.GetAsync("lines", record.Version!.Value, Cancelled))!.Data.Count);
    }

    [Fact]
    public async Task A_fault_of_ours_raises_an_alert_that_does_not_blame_the_file()
    {
        await using var product = new Product();
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        product.Store.FailToWrite(".parquet");
        await Assert.ThrowsAsync<IOException>(
            () => product.Get<IngestRunner>().RunDroppedAsync("lines/a.csv", Cancelled));

        var alerts = product.Get<Alerting.Alerts>();
        Assert.Contains(
            "a fault of this product, not of the file",
            Assert.Single(await alerts.ListAsync("lines", TimeSpan.FromDays(1), Cancelled)).Message,
            StringComparison.Ordinal);

        product.Store.Writing = null;
        await product.RunAsync("lines", "a.csv");
        Assert.Empty(await alerts.ListAsync("lines", TimeSpan.FromDays(1), Cancelled));
    }

    [Fact]
    public async Task A_file_that_our_fault_keeps_out_does_not_keep_the_others_from_a_training()
    {
        await using var product = new Product();
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.DropAsync("lines", "b.csv", SmallData.Line(3, seed: 2));
        product.Store.Opening = name => name == BlobPaths.Dataset("lines", "b.csv")
            ? throw new InvalidOperationException("a bug")
            : Task.CompletedTask;

        var record = await product.Get<TrainingRunner>().RunAsync(new RetrainRequest("lines", "a test"), Cancelled);

        Assert.Equal(RunOutcome.Promoted, record.Outcome);
        var alert = Assert.Single(await product.Get<Alerting.Alerts>().ListAsync(
            "lines", TimeSpan.FromDays(1), Cancelled));
        Assert.Equal("b.csv", alert.File);
        Assert.Contains("a fault of this product", alert.Message, StringComparison.Ordinal);
    }

    private static DataVersions VersionsOf(Product product) => new(product.Store, product.Clock, "lines");

    /// <summary>Rows of the month of the file's name.</summary>
    private static string Month(string name)
    {
        var first = DateTime.ParseExact(name[..7], "yyyy-MM", CultureInfo.InvariantCulture);
        var random = new SplitMix64((ulong)first.Month);
        var csv = new StringBuilder("day,x,y\n");
        for (var i = 0; i < 200; i++)
        {
            var x = random.NextDouble() * 10;
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{first.AddHours(i * 3):yyyy-MM-dd HH:mm},{x:0.###},{(3 * x) + random.NextDouble():0.###}\n");
        }

        return csv.ToString();
    }
}
