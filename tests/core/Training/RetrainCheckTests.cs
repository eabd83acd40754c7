using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

/// <summary>Whether a retrain would learn anything is told before it is queued, without reading the data.</summary>
public sealed class RetrainCheckTests
{
    private const string Nothing = "There is nothing new to learn from";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_data_and_definition_are_nothing_to_do_and_the_reason_names_the_version()
    {
        await using var product = await TrainedAsync();
        product.Store.Opened.Clear();
        var obstacle = await CheckAsync(product);
        Assert.StartsWith(Nothing, obstacle, StringComparison.Ordinal);
        Assert.Contains("(a.csv)", obstacle, StringComparison.Ordinal);
        Assert.Contains("made version 1, which is live.", obstacle, StringComparison.Ordinal);
        Assert.Contains(
            "Drop new data under datasets/lines/, or edit models/lines/model.json", obstacle, StringComparison.Ordinal);
        // Whatever the data's size: it is not read.
        Assert.DoesNotContain(product.Store.Opened, name => name.StartsWith("datasets/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_definition_or_a_new_file_is_something_to_do()
    {
        await using var product = await TrainedAsync();
        await product.WriteAsync(
            BlobPaths.Definition("lines"),
            SmallData.Regression.Replace("\"trials\": 1", "\"trials\": 2", StringComparison.Ordinal));
        Assert.Null(await CheckAsync(product));
        await product.RunAsync("lines", "a.csv");
        Assert.StartsWith(Nothing, await CheckAsync(product), StringComparison.Ordinal);

        await product.DropAsync("lines", "b.csv", SmallData.Line(3, seed: 5));
        Assert.Null(await CheckAsync(product));
        await product.RunAsync("lines", "b.csv");
        Assert.StartsWith(Nothing, await CheckAsync(product), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retrain_after_a_late_month_learns_from_the_newest_one()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "2026-09.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("lines", "2026-02.csv", SmallData.Line(3, seed: 5));
        Assert.Contains(
            "(2 files, the newest of them 2026-09.csv)", await CheckAsync(product), StringComparison.Ordinal);

        await product.WriteAsync(
            BlobPaths.Definition("lines"),
            SmallData.Regression.Replace("\"trials\": 1", "\"trials\": 2", StringComparison.Ordinal));
        var record = await product.Get<TrainingRunner>().RunAsync(new RetrainRequest("lines", "a test"), Cancelled);

        Assert.Equal("2026-09.csv", record!.File);
        var manifest = await product.Registry.GetAsync("lines", record.Version!.Value, Cancelled);
        Assert.Equal(["datasets/lines/2026-02.csv", "datasets/lines/2026-09.csv"], manifest!.Data.Select(d => d.Name));
    }

    [Fact]
    public async Task After_a_roll_back_the_version_that_was_rolled_back_is_named()
    {
        await using var product = await TrainedAsync();
        await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 5));
        await product.Registry.PromoteAsync("lines", 2, null, "a person", "to see", Cancelled);
        await product.Registry.PromoteAsync("lines", 1, null, "a person", "back", Cancelled);

        var obstacle = await CheckAsync(product);
        Assert.Contains(
            "made version 2, which was live before; now version 1 is live.", obstacle, StringComparison.Ordinal);
        Assert.Contains("PUT /api/models/lines/aliases/champion", obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejected_file_is_nothing_to_do_until_it_is_another_one()
    {
        await using var product = await TrainedAsync();
        await product.TrainAsync("lines", "b.csv", "no,table\n");
        Assert.StartsWith(Nothing, await CheckAsync(product), StringComparison.Ordinal);
        await product.DropAsync("lines", "b.csv", SmallData.Line(3, seed: 5));
        Assert.Null(await CheckAsync(product));
    }

    [Fact]
    public async Task A_rejected_first_file_is_nothing_to_do_without_model_json_too()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", "no,table\n");
        var check = product.Get<RetrainCheck>();
        Assert.StartsWith(
            "There is no data to learn from",
            await check.FindObstacleAsync("lines", Cancelled),
            StringComparison.Ordinal);

        await product.WriteAsync(BlobPaths.Dataset("lines", "a.csv"), SmallData.Line(3));
        Assert.Null(await check.FindObstacleAsync("lines", Cancelled));
    }

    [Fact]
    public async Task Without_data_or_without_the_data_any_more_it_says_so()
    {
        await using var product = new Product();
        await product.WriteAsync(BlobPaths.Definition("lines"), SmallData.Regression);
        Assert.StartsWith(
            "There is no data to learn from. Drop a file under datasets/lines/",
            await CheckAsync(product),
            StringComparison.Ordinal);

        await product.TrainAsync("lines", "a.csv", SmallData.Line(3));
        await product.Store.DeleteAsync(BlobPaths.Dataset("lines", "a.csv"), Cancelled);
        var obstacle = await CheckAsync(product);
        Assert.StartsWith(
            "There is no data to learn from: datasets/lines/a.csv, which version 1 learned from, was deleted.",
            obstacle,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_that_cannot_be_used_is_told_with_what_is_wrong_in_it()
    {
        await using var product = await TrainedAsync();
        await product.WriteAsync(BlobPaths.Definition("lines"), "{\"label\": 3}");
        Assert.StartsWith("model.json cannot be used.", await CheckAsync(product), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_not_brought_to_its_end_is_something_to_do()
    {
        await using var product = new Product();
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        product.Store.FailToWrite("manifest.json");
        await Assert.ThrowsAsync<IOException>(() => product.RunAsync("lines", "a.csv"));
        Assert.Null(await CheckAsync(product));

        // Unless it goes on just now.
        product.Get<RunFeed>().Publish(
            new RunUpdate("r", "lines", "a.csv", RunStage.Training, 0.4, "trial 1 of 8: gbt"));
        product.Store.Writing = null;
        await product.Get<RunProgressStore>().FlushAsync();
        Assert.StartsWith(
            "A run of the model has been in progress",
            await CheckAsync(product),
            StringComparison.Ordinal);
    }

    private static async Task<Product> TrainedAsync()
    {
        var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        return product;
    }

    private static Task<string?> CheckAsync(Product product) =>
        product.Get<RetrainCheck>().FindObstacleAsync("lines", Cancelled);
}
