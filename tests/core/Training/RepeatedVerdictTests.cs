using Serverless.Core.Registry;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

/// <summary>A verdict that is repeated gives no role again that was taken back.</summary>
public sealed class RepeatedVerdictTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_version_that_was_rolled_back_stays_so_when_its_data_is_asked_again(bool knowsItsRun)
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Noise(2), SmallData.Regression);
        await product.Registry.PromoteAsync("lines", 1, null, "a person", "the first", Cancelled);
        var second = await product.TrainAsync("lines", "b.csv", SmallData.Line(3));
        Assert.Equal((RunOutcome.Promoted, 2), (second.Outcome, second.Version));
        await product.Registry.PromoteAsync("lines", 1, null, "a person", "worse in the field", Cancelled);
        if (!knowsItsRun)
        {
            Directory.Delete(Path.Combine(product.Folder, "monitoring/lines/runs"), recursive: true);
        }

        const string why = "version 2, which was live before; now version 1 is live. PUT /api/models/lines/aliases/";
        Assert.Contains(
            why, await product.Get<RetrainCheck>().FindObstacleAsync("lines", Cancelled), StringComparison.Ordinal);
        var again = await product.RunAsync("lines", "b.csv");
        Assert.Contains(
            "which was live before; now version 1 is live.", again.Message, StringComparison.Ordinal);
        Assert.Equal((2, 1), (again.Version, (await product.AliasesAsync("lines")).Champion));
        Assert.Equal([1, 2], await product.Registry.ListVersionsAsync("lines", Cancelled));
    }

    [Fact]
    public async Task A_canary_that_was_stopped_does_not_begin_again()
    {
        await using var product = new Product();
        var canary = SmallData.Regression[..^1] + """, "rollout": {"strategy": "canary"}}""";
        await product.TrainAsync("lines", "a.csv", SmallData.Noise(2), canary);
        await product.Registry.PromoteAsync("lines", 1, null, "a person", "the first", Cancelled);
        Assert.Equal(
            RunOutcome.RollingOut, (await product.TrainAsync("lines", "b.csv", SmallData.Line(3))).Outcome);
        await product.Registry.PromoteAsync("lines", 1, null, "a person", "stopped", Cancelled);
        Directory.Delete(Path.Combine(product.Folder, "monitoring/lines/runs"), recursive: true);

        var again = await product.RunAsync("lines", "b.csv");
        Assert.Equal(RunOutcome.NotPromoted, again.Outcome);
        Assert.Equal("Version 2 was made before, which is not live: version 1 is live.", again.Message);
        Assert.Null((await product.AliasesAsync("lines")).LiveRollout);
    }
}
