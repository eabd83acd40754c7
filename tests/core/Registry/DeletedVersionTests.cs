using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Registry;

/// <summary>What people delete by hand frees no number, and leaves nothing said that is not so.</summary>
public sealed class DeletedVersionTests
{
    private const string Row = """{"x": 5, "colour": "red"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_number_of_a_deleted_version_is_not_given_again()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        Delete(product, "models/lines/versions/1");

        // A model that the gate refuses must not answer as champion, which the aliases still call version 1.
        var refused = await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        Assert.Equal(2, refused.Version);
        await using var restarted = new Product(product.Folder);
        if (await restarted.PredictAsync("lines", Row) is PredictOutcome.Answered answered)
        {
            Assert.Equal((2, 2), (answered.Version, (await restarted.AliasesAsync("lines")).Champion));
        }

        Delete(product, "models/lines/versions/2");
        Assert.Equal(3, (await product.TrainAsync("lines", "c.csv", SmallData.Line(3, seed: 4))).Version);
    }

    [Fact]
    public async Task The_numbers_of_a_deleted_model_are_not_given_again_and_its_data_trains_anew()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        Delete(product, "models/lines");

        await using var restarted = new Product(product.Folder);
        var again = await restarted.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        Assert.Equal((RunOutcome.Promoted, 3), (again.Outcome, again.Version));
        Assert.StartsWith("Version 3 is live.", again.Message, StringComparison.Ordinal);
        Assert.Equal(3, Assert.IsType<PredictOutcome.Answered>(await restarted.PredictAsync("lines", Row)).Version);

        // And the new record is as good as any.
        Assert.StartsWith(
            "Already done", (await restarted.RunAsync("lines", "a.csv")).Message, StringComparison.Ordinal);
        Assert.Equal([3], await restarted.Registry.ListVersionsAsync("lines", Cancelled));
    }

    [Fact]
    public async Task The_process_that_knew_a_deleted_model_trains_it_anew_too()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        Delete(product, "models/lines");
        Assert.Null(await product.Get<RetrainCheck>().FindObstacleAsync("lines", Cancelled));
        var again = await product.RunAsync("lines", "a.csv");
        Assert.Equal((RunOutcome.Promoted, 2), (again.Outcome, again.Version));
        Assert.Equal(2, (await product.Get<ModelCache>().RefreshAsync("lines", Cancelled))!.Version);
    }

    [Fact]
    public async Task A_deleted_version_cannot_be_made_champion()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        Assert.NotNull(await product.Registry.GetAsync("lines", 2, Cancelled)); // this process knows it
        Delete(product, "models/lines/versions/2");
        Assert.Equal(
            AliasOutcome.NoSuchVersion,
            await product.Registry.PromoteAsync("lines", 2, null, "a person", "why", Cancelled));
    }

    [Fact]
    public async Task Aliases_keep_numbers_of_a_store_from_before_the_highest_was_kept()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        Delete(product, "models/lines/versions/1");
        File.Delete(Path.Combine(product.Folder, "monitoring/lines/highest-version.json"));
        Assert.Equal(2, (await product.TrainAsync("lines", "b.csv", SmallData.Noise(2))).Version);
    }

    private static void Delete(Product product, string folder) =>
        Directory.Delete(Path.Combine(product.Folder, folder), recursive: true);
}
