using System.Collections.Concurrent;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

/// <summary>Runs that reach the time limit.</summary>
public sealed partial class LongTrainingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly ManualClock _clock = new(TimeProvider.System.GetUtcNow().AddHours(1));

    [Fact]
    public async Task At_the_time_limit_a_run_asks_to_be_continued_until_it_comes_to_the_same_version()
    {
        var undisturbed = await UndisturbedAsync();
        await using var product = new Product(clock: _clock, training: new TrainingOptions { Limit = Limit });
        var told = Updates(product);
        When(product, 2, () => _clock.Advance(Limit));
        When(product, 4, () => _clock.Advance(Limit));

        var first = await product.TrainAsync("lines", "a.csv", SmallData.Line(3), Definition);

        Assert.Equal((RunOutcome.CutOff, (int?)null), (first.Outcome, first.Version));
        Assert.Equal(new RetrainRequest("lines", "a dropped file", "a.csv"), first.Continuation);
        Assert.Equal(
            "The time limit of 00:10:00 was reached after 2 finished trials; the next invocation continues from there.",
            first.Message);
        Assert.Equal(RunStage.CutOff, told.Last().Stage);
        Assert.Empty(await product.Get<RunRecordStore>().ListNewestAsync("lines", 9, Cancelled));
        var second = await ContinueAsync(product, first);
        Assert.Equal((RunOutcome.CutOff, 0), (second.Outcome, second.Continuation!.Fruitless));
        var third = await ContinueAsync(product, second);

        Assert.Equal((RunOutcome.Promoted, "a dropped file"), (third.Outcome, third.Trigger));
        Assert.Null(third.Continuation);
        Assert.Equal(undisturbed, await DescribeAsync(product));
    }

    [Fact]
    public async Task A_trial_that_alone_takes_longer_than_the_limit_is_given_up_and_the_others_give_a_version()
    {
        await using var product = new Product(clock: _clock, training: new TrainingOptions { Limit = Limit });
        When(product, 1, () => _clock.Advance(Limit), every: true);
        var definition =
            """{"label": "y", "training": {"trainers": ["linear", "gbt"], "trials": 3, "seconds": 9999}}""";

        var record = await product.TrainAsync("lines", "a.csv", SmallData.Line(3), definition);
        var fruitless = new List<int>();
        for (; record.Continuation is { } next; record = await ContinueAsync(product, record))
        {
            fruitless.Add(next.Fruitless);
        }

        // With its first trial done, then twice with none, of which the second gives up.
        Assert.Equal([0, 1, 0], fruitless);
        Assert.Equal(RunOutcome.Promoted, record.Outcome);
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        Assert.Equal(["linear", "gbt", "linear"], manifest.Trials.Select(t => t.Trainer));
        Assert.Equal(
            (true, (double?)null, 1200.0),
            (manifest.Trials[1].IsCutOff, manifest.Trials[1].Score, manifest.Trials[1].Seconds));
        Assert.Contains(
            "It did not end within the time limit of 00:10:00, 2 times in a row.",
            await product.ReadAsync(BlobPaths.Report("lines", 1)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_trial_ends_in_time_the_run_is_told_and_tried_again_only_under_another_limit()
    {
        await using var product = new Product(clock: _clock, training: new TrainingOptions { Limit = Limit });
        When(product, 0, () => _clock.Advance(Limit), every: true);
        var record = await product.TrainAsync("lines", "a.csv", SmallData.Line(3), Definition);
        while (record.Continuation is not null) record = await ContinueAsync(product, record);

        Assert.Equal(RunOutcome.Rejected, record.Outcome);
        Assert.Equal(
            "No trial on a.csv gave a usable model. Trial 0 (gbt): It did not end within the time limit of 00:10:00, "
            + "2 times in a row. "
            + "Give it less data, or raise TrainingLimit.",
            record.Message);
        Assert.Empty(await product.ListAsync(BlobPaths.Checkpoints("lines")));
        Assert.StartsWith("Already done", (await product.RunAsync("lines", "a.csv")).Message, StringComparison.Ordinal);

        await using var patient = new Product(
            product.Folder, _clock, training: new TrainingOptions { Limit = 2 * Limit });
        When(patient, 0, () => _clock.Advance(Limit));
        Assert.Equal(RunOutcome.Promoted, (await patient.RunAsync("lines", "a.csv")).Outcome);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_within_the_limit_is_refused_after_the_second_try()
    {
        await using var product = new Product(clock: _clock, training: new TrainingOptions { Limit = Limit });
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), Definition);
        product.Store.Opening = name =>
        {
            if (name == "datasets/lines/a.csv") _clock.Advance(Limit);
            return Task.CompletedTask;
        };

        var ingests = product.Get<IngestRunner>();
        var first = (await ingests.RunDroppedAsync("lines/a.csv", Cancelled))!;
        Assert.Equal((RunOutcome.CutOff, 1), (first.Record!.Outcome, first.Continuation!.Fruitless));
        var second = await ingests.RunAsync(first.Continuation, Cancelled);

        Assert.Equal((RunOutcome.Rejected, null), (second.Record!.Outcome, second.Continuation));
        Assert.StartsWith(
            "a.csv was not read within the time limit of 00:10:00, 2 times in a row.",
            second.Record.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_waited_for_another_one_all_the_time_waits_on_in_the_next_invocation()
    {
        await using var product = new Product(clock: _clock, training: new TrainingOptions { Limit = Limit });
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), Definition);
        await using (await product.Store.TryAcquireLeaseAsync(BlobPaths.TrainingLease("lines"), Cancelled))
        {
            await product.Get<IngestRunner>().RunDroppedAsync("lines/a.csv", Cancelled);
            var waiting = product.Get<TrainingRunner>().RunAsync(
                new RetrainRequest("lines", "a test", "a.csv"), Cancelled);
            while (!waiting.IsCompleted)
            {
                _clock.Advance(TimeSpan.FromMinutes(1));
                await Task.Delay(1, Cancelled);
            }

            var record = await waiting;
            Assert.Equal((RunOutcome.CutOff, 0), (record.Outcome, record.Continuation!.Fruitless));
            Assert.StartsWith("Deferred: another run of lines", record.Message, StringComparison.Ordinal);
        }

        Assert.Equal(RunOutcome.Promoted, (await product.RunAsync("lines", "a.csv")).Outcome);
    }

    [Fact]
    public async Task What_a_run_left_that_nobody_goes_on_with_is_removed_after_a_week_and_not_before()
    {
        await using var product = new Product(clock: _clock, training: new TrainingOptions { Limit = Limit });
        When(product, 2, () => _clock.Advance(Limit));
        var left = await product.TrainAsync("lines", "a.csv", SmallData.Line(3), Definition);
        Assert.NotNull(left.Continuation);

        await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2), SmallData.Regression);
        Assert.NotEmpty(await product.ListAsync(BlobPaths.Checkpoint("lines", left.Identity)));
        _clock.Advance(SearchCheckpoint.Lifetime);
        await product.TrainAsync("lines", "c.csv", SmallData.Line(3, seed: 3));

        Assert.Empty(await product.ListAsync(BlobPaths.Checkpoints("lines")));
    }

    private static async Task<RunRecord> ContinueAsync(Product product, RunRecord record) =>
        (await product.Get<TrainingRunner>().RunAsync(record.Continuation!, Cancelled))!;

    private static ConcurrentQueue<RunUpdate> Updates(Product product)
    {
        var updates = new ConcurrentQueue<RunUpdate>();
        product.Get<RunFeed>().Updated += updates.Enqueue;
        return updates;
    }
}
