using Serverless.Core.Monitoring;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Removal;

/// <summary>A model whose folder a person deleted starts anew, from the files that are still there.</summary>
public sealed class StartOverTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_next_sweep_trains_on_the_files_of_a_deleted_model_folder()
    {
        await using var product = await TrainedAsync();
        Assert.Empty(await SweepAsync(product));
        Directory.Delete(Path.Combine(product.Folder, "models/lines"), recursive: true);

        var missed = await SweepAsync(product);
        Assert.Equal(["a.csv", "b.csv"], missed.Select(m => m.File));
        // Nothing of the past is left but the number, which is not used again.
        Assert.Equal(["monitoring/lines/highest-version.json"], await product.ListAsync("monitoring/lines/"));
        foreach (var request in missed) await product.RunAsync(request.Model, request.File);
        Assert.Equal([2], await product.Registry.ListVersionsAsync("lines", Cancelled));
        Assert.Empty(await SweepAsync(product));
    }

    [Fact]
    public async Task A_file_rejected_after_the_start_over_is_not_asked_for_again_and_again()
    {
        await using var product = await TrainedAsync();
        Directory.Delete(Path.Combine(product.Folder, "models/lines"), recursive: true);
        foreach (var file in (string[])["a.csv", "b.csv"]) await OldAsync(product, file, "no,table\n");
        foreach (var request in await SweepAsync(product))
        {
            var record = await product.RunAsync(request.Model, request.File);
            Assert.Equal(RunOutcome.Rejected, record.Outcome);
        }

        Assert.Empty(await SweepAsync(product));
    }

    [Fact]
    public async Task A_rejected_file_of_a_model_without_a_version_stays_rejected()
    {
        await using var product = new Product();
        await OldAsync(product, "a.csv", "no,table\n");
        await product.RunAsync("lines", "a.csv");
        Assert.Empty(await SweepAsync(product));
        Assert.NotEmpty(await product.ListAsync("monitoring/lines/receipts/"));
    }

    [Fact]
    public async Task A_process_killed_while_it_forgets_begins_again()
    {
        await using var product = await TrainedAsync();
        Directory.Delete(Path.Combine(product.Folder, "models/lines"), recursive: true);
        var left = 2;
        product.Store.Deleting = _ => left-- > 0 ? Task.CompletedTask : throw new IOException("The process ended.");
        await Assert.ThrowsAsync<IOException>(() => SweepAsync(product));

        await using var restarted = new Product(product.Folder);
        Assert.Equal(2, (await SweepAsync(restarted)).Count);
        Assert.Equal(["monitoring/lines/highest-version.json"], await restarted.ListAsync("monitoring/lines/"));
    }

    private static async Task<Product> TrainedAsync()
    {
        var product = new Product();
        await product.WriteAsync("models/lines/model.json", SmallData.NewestFile);
        await OldAsync(product, "a.csv", SmallData.Line(3));
        await OldAsync(product, "b.csv", SmallData.Noise(2));
        await product.RunAsync("lines", "a.csv");
        await product.RunAsync("lines", "b.csv");
        await product.Get<StalenessMonitor>().CheckAllAsync(Cancelled);
        await product.Get<DriftMonitor>().CheckAllAsync(Cancelled);
        return product;
    }

    /// <summary>Drops a file that is old enough for a sweep.</summary>
    private static async Task OldAsync(Product product, string file, string content)
    {
        await product.DropAsync("lines", file, content);
        File.SetLastWriteTimeUtc(
            Path.Combine(product.Folder, "datasets/lines", file),
            (product.Clock.GetUtcNow() - (2 * TrainingOptions.EventGrace)).UtcDateTime);
    }

    private static Task<IReadOnlyList<IngestRequest>> SweepAsync(Product product) =>
        product.Get<DataSweep>().FindMissedAsync(Cancelled);
}
