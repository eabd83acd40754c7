using Serverless.Core.Monitoring;
using Serverless.Core.Removal;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Tests;

namespace Serverless.Core.Tests.Removal;

public sealed class ModelRemovalTests
{
    private const string Row = """{"x": 5, "colour": "red"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_any_blob_and_repeated_a_deletion_ends_the_same()
    {
        var isKilled = true;
        for (var killAt = 0; isKilled; killAt++)
        {
            isKilled = false;
            await using var product = await FullAsync();
            var count = 0;
            product.Store.Deleting = _ =>
            {
                if (count++ < killAt) return Task.CompletedTask;
                isKilled = true;
                throw new IOException("The process ended.");
            };
            try
            {
                await product.Get<ModelRemoval>().DeleteModelAsync("lines", withData: false, Cancelled);
            }
            catch (IOException)
            {
                // As if killed: another process is asked again.
            }

            await using var restarted = new Product(product.Folder);
            await restarted.Get<ModelRemoval>().DeleteModelAsync("lines", withData: false, Cancelled);
            Assert.Equal(
                ["datasets/lines/a.csv", "datasets/lines/b.csv", "monitoring/lines/highest-version.json"],
                await restarted.ListAsync(""));
            Assert.IsType<RemovalOutcome.NotFound>(
                await restarted.Get<ModelRemoval>().DeleteModelAsync("lines", withData: false, Cancelled));
            Assert.IsType<PredictOutcome.UnknownModel>(await restarted.PredictAsync("lines", Row));
        }
    }

    [Fact]
    public async Task A_deleted_model_answers_nowhere_after_the_refresh_interval_and_writes_nothing_more()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await FullAsync(clock);
        await using var other = new Product(product.Folder, clock);
        Assert.IsType<PredictOutcome.Answered>(await other.PredictAsync("lines", Row));
        await product.Get<ModelRemoval>().DeleteModelAsync("lines", withData: true, Cancelled);
        clock.Advance(new ServingOptions().RefreshInterval);
        Assert.IsType<PredictOutcome.UnknownModel>(await other.PredictAsync("lines", Row));
        await other.Get<PredictionLog>().FlushAsync(Cancelled);
        Assert.Equal(["monitoring/lines/highest-version.json"], await other.ListAsync(""));
        Assert.Empty(await other.Registry.ListModelsAsync(Cancelled));
    }

    [Fact]
    public async Task Neither_a_sweep_nor_an_old_message_brings_a_deleted_model_back_but_a_new_file_does()
    {
        await using var product = await FullAsync();
        foreach (var file in (string[])["a.csv", "b.csv"])
        {
            File.SetLastWriteTimeUtc(
                Path.Combine(product.Folder, "datasets/lines", file),
                (product.Clock.GetUtcNow() - (2 * TrainingOptions.EventGrace)).UtcDateTime);
        }

        await product.Get<ModelRemoval>().DeleteModelAsync("lines", withData: false, Cancelled);
        Assert.Empty(await product.Get<DataSweep>().FindMissedAsync(Cancelled));
        var old = await product.Get<TrainingRunner>().RunAsync(new RetrainRequest("lines"), Cancelled);
        Assert.Equal(RunOutcome.NothingToDo, old.Outcome);
        Assert.False(await product.Registry.ExistsAsync("lines", Cancelled));

        var again = await product.TrainAsync("lines", "c.csv", SmallData.Line(3, seed: 8));
        Assert.Equal((RunOutcome.Promoted, 3), (again.Outcome, again.Version));
        Assert.True(await product.Registry.ExistsAsync("lines", Cancelled));
        Assert.Equal(3, Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("lines", Row)).Version);
    }

    [Fact]
    public async Task While_a_run_has_the_lease_nothing_is_deleted()
    {
        await using var product = await FullAsync();
        var before = await product.ListAsync("");
        await using (await product.Store.TryAcquireLeaseAsync(BlobPaths.TrainingLease("lines"), Cancelled))
        {
            var removal = product.Get<ModelRemoval>();
            Assert.IsType<RemovalOutcome.Busy>(await removal.DeleteModelAsync("lines", withData: true, Cancelled));
            Assert.IsType<RemovalOutcome.Busy>(await removal.DeleteVersionAsync("lines", 2, Cancelled));
        }

        Assert.Equal(before, await product.ListAsync(""));
    }

    [Fact]
    public async Task A_version_of_a_live_roll_out_or_an_alias_is_not_deleted_and_any_other_is()
    {
        await using var product = await FullAsync();
        var removal = product.Get<ModelRemoval>();
        Assert.StartsWith("The alias 'champion' names version 1.", await RefusalAsync(1), StringComparison.Ordinal);
        var rollout = new RolloutSettings { Strategy = RolloutStrategy.Canary };
        await product.Registry.BeginRolloutAsync("lines", 2, 1, rollout, "a test", "why", Cancelled);
        Assert.StartsWith(
            "The roll-out of version 2 beside version 1 is live.", await RefusalAsync(2), StringComparison.Ordinal);
        await product.Registry.PromoteAsync("lines", 1, null, "a test", "stopped", Cancelled);

        Assert.IsType<RemovalOutcome.Deleted>(await removal.DeleteVersionAsync("lines", 2, Cancelled));
        Assert.Empty(await product.ListAsync("models/lines/versions/2/"));
        Assert.IsType<RemovalOutcome.NotFound>(await removal.DeleteVersionAsync("lines", 2, Cancelled));
        Assert.Equal(3, (await product.TrainAsync("lines", "c.csv", SmallData.Noise(7))).Version);

        async Task<string> RefusalAsync(int version) => Assert.IsType<RemovalOutcome.InUse>(
            await removal.DeleteVersionAsync("lines", version, Cancelled)).Why;
    }

    [Fact]
    public async Task A_deletion_of_a_version_killed_at_any_blob_and_repeated_ends_the_same()
    {
        for (var killAt = 0; killAt < 4; killAt++)
        {
            await using var product = await FullAsync();
            var count = 0;
            product.Store.Deleting = _ =>
                count++ == killAt ? throw new IOException("The process ended.") : Task.CompletedTask;
            var first = product.Get<ModelRemoval>().DeleteVersionAsync("lines", 2, Cancelled);
            await Assert.ThrowsAsync<IOException>(() => first);
            await using var restarted = new Product(product.Folder);
            await restarted.Get<ModelRemoval>().DeleteVersionAsync("lines", 2, Cancelled);
            Assert.Empty(await restarted.ListAsync("models/lines/versions/2/"));
            Assert.Equal(3, (await restarted.TrainAsync("lines", "c.csv", SmallData.Noise(7))).Version);
        }
    }

    /// <summary>A model with two versions and something in every container.</summary>
    private static async Task<Product> FullAsync(ManualClock? clock = null)
    {
        var product = new Product(clock: clock);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.NewestFile);
        await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        await product.PredictAsync("lines", Row);
        await product.Get<PredictionLog>().FlushAsync(Cancelled);
        await product.Get<DriftMonitor>().CheckAllAsync(Cancelled);
        foreach (var container in ContainerNames.All.Except([ContainerNames.Datasets, ContainerNames.Batch]))
        {
            await product.WriteAsync($"{container}/lines/some/file", "content");
        }

        string[] folders = ["in", "out", "parts"];
        foreach (var folder in folders) await product.WriteAsync($"batch/{folder}/lines/f", "1");
        return product;
    }
}
