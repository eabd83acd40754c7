using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public sealed class RunProgressStoreTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_instance_sees_how_far_a_run_has_come_until_it_ends()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var training = new Product(clock: clock);
        await using var other = new Product(training.Folder, clock);
        await TellAsync(training, RunStage.Training, 0.3);
        clock.Advance(Second);
        await TellAsync(training, RunStage.Evaluating, 0.85);

        var run = Assert.Single(await other.Get<RunProgressStore>().ListAsync("lines", Cancelled));
        Assert.Equal((RunStage.Evaluating, 0.85, clock.GetUtcNow() - Second), (run.Stage, run.Progress, run.StartedAt));
        Assert.True(run.IsLive(clock.GetUtcNow()));

        await TellAsync(training, RunStage.Completed, 1);
        Assert.Empty(await other.Get<RunProgressStore>().ListAsync("lines", Cancelled));
    }

    [Fact]
    public async Task A_run_that_says_nothing_new_stays_live_and_one_whose_process_ended_does_not()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = new Product(clock: clock);
        await TellAsync(product, RunStage.Training, 0.3);
        for (var i = 0; i < 10; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            await product.Get<RunProgressStore>().FlushAsync();
        }

        var run = Assert.Single(await product.Get<RunProgressStore>().ListAsync("lines", Cancelled));
        Assert.True(run.IsLive(clock.GetUtcNow()));
        Assert.False(run.IsLive(clock.GetUtcNow() + RunProgressState.Silence));
    }

    [Fact]
    public async Task A_failed_run_is_told_of_until_the_next_one_begins()
    {
        await using var product = new Product();
        await TellAsync(product, RunStage.Training, 0.3);
        await TellAsync(product, RunStage.Failed, 1);
        var failed = Assert.Single(await product.Get<RunProgressStore>().ListAsync("lines", Cancelled));
        Assert.False(failed.IsLive(failed.At));

        foreach (var file in await product.ListAsync("monitoring/lines/running/"))
        {
            File.SetLastWriteTimeUtc(Path.Combine(product.Folder, file), failed.At.UtcDateTime - TimeSpan.FromHours(1));
        }

        await TellAsync(product, RunStage.Training, 0.1, "next");
        Assert.Equal("next", Assert.Single(await product.Get<RunProgressStore>().ListAsync("lines", Cancelled)).RunId);
    }

    [Fact]
    public async Task A_store_that_takes_no_progress_stops_no_run_and_nothing_is_left_of_one_that_ended()
    {
        await using var product = new Product();
        product.Store.FailToWrite("/running/");
        Assert.Equal(
            RunOutcome.Promoted,
            (await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression)).Outcome);
        await TellAsync(product, RunStage.Training, 0.3);
        Assert.Contains(
            product.Logs, l => l.Contains("could not be written; the runs continue", StringComparison.Ordinal));
        Assert.Empty(await product.ListAsync("monitoring/lines/running/"));
    }

    private static Task TellAsync(Product product, RunStage stage, double progress, string run = "one")
    {
        var underWay = product.Get<RunProgressStore>();
        product.Get<RunFeed>().Publish(new RunUpdate(run, "lines", "a.csv", stage, progress, "a test"));
        return underWay.FlushAsync();
    }
}
