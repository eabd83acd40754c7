using Serverless.Core.Alerting;
using Serverless.Core.Batch;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Gate;
using Serverless.Learning.Models;
using Serverless.Tests;

namespace Serverless.Core.Tests.Serving;

/// <summary>
/// A version's manifest says which model file is its own: no other one is ever scored with under its name.
/// </summary>
public sealed class ForeignModelFileTests
{
    private const string Row = """{"x": 5, "colour": "red"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_versions_file_leaves_the_last_good_version_and_is_told_of()
    {
        await using var product = await TwoVersionsAsync();
        var own = await product.Store.ReadAllAsync(BlobPaths.ModelFile("lines", 2), 1 << 20, Cancelled);
        await CopyAsync(product, BlobPaths.ModelFile("lines", 1), BlobPaths.ModelFile("lines", 2));
        await product.Registry.PromoteAsync("lines", 2, null, "a person", "why", Cancelled);

        Assert.Equal(1, (await product.Get<ModelCache>().RefreshAsync("lines", Cancelled))!.Version);
        Assert.Single(
            product.Logs,
            l => l.StartsWith(
                "Error: Version 2 of lines could not be loaded; version 1 keeps", StringComparison.Ordinal));
        Assert.Contains(
            product.Logs,
            l => l.Contains("models/lines/versions/2/model.bin: expected SHA-256", StringComparison.Ordinal));
        await product.Get<DriftMonitor>().CheckAllAsync(Cancelled);
        var alert = Assert.Single(await product.Get<Alerts>().ListAsync("lines", TimeSpan.FromDays(1), Cancelled));
        Assert.Equal((AlertKind.UnreadableVersion, 2), (alert.Kind, alert.Version));
        Assert.EndsWith("Meanwhile version 1 keeps answering.", alert.Message, StringComparison.Ordinal);
        var byNumber = await product.Predictions.FindAsync("lines", 2, Cancelled);
        Assert.IsType<PredictOutcome.NoVersionYet>(byNumber.Obstacle);

        await product.Store.WriteAsync(
            BlobPaths.ModelFile("lines", 2), own!.Value.Bytes, WriteCondition.Always, Cancelled);
        Assert.Equal(2, (await product.Get<ModelCache>().RefreshAsync("lines", Cancelled))!.Version);
        Assert.Null(product.Get<ModelCache>().FindUnreadable("lines"));
    }

    [Theory]
    [InlineData("another version's file", "the file is of another version or model")]
    [InlineData("no file", "Version 1 of lines has no model.bin")]
    [InlineData("a cut off file", "models/lines/versions/1/model.bin: expected SHA-256")]
    [InlineData("no manifest", "Version 1 of lines is incomplete: it has no manifest.json")]
    public async Task A_champion_that_no_request_asked_for_is_alerted_too(string damage, string why)
    {
        await using var product = await TwoVersionsAsync();
        var file = BlobPaths.ModelFile("lines", 1);
        if (damage == "another version's file") await CopyAsync(product, BlobPaths.ModelFile("lines", 2), file);
        else if (damage == "a cut off file") await product.WriteAsync(file, (await product.ReadAsync(file))[..100]);
        else await product.Store.DeleteAsync(damage == "no file" ? file : BlobPaths.Manifest("lines", 1), Cancelled);

        await using var watching = new Product(product.Folder);
        await watching.Get<DriftMonitor>().CheckAllAsync(Cancelled);

        var alert = Assert.Single(await watching.Get<Alerts>().ListAsync("lines", TimeSpan.FromDays(1), Cancelled));
        Assert.Equal((AlertKind.UnreadableVersion, 1), (alert.Kind, alert.Version));
        Assert.Contains(why, alert.Message, StringComparison.Ordinal);
        Assert.Equal(0, watching.Get<ModelCache>().Count);
    }

    [Fact]
    public async Task A_champion_of_an_unknown_trainer_is_alerted_once_a_request_has_failed()
    {
        await using var product = new Product(more: new CountedTrainer());
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), CountedTrainer.Definition);
        await using var other = new Product(product.Folder);
        Assert.IsType<PredictOutcome.NoVersionYet>(await other.PredictAsync("lines", Row));

        await other.Get<DriftMonitor>().CheckAllAsync(Cancelled);

        var alert = Assert.Single(await other.Get<Alerts>().ListAsync("lines", TimeSpan.FromDays(1), Cancelled));
        Assert.Equal((AlertKind.UnreadableVersion, 1), (alert.Kind, alert.Version));
    }

    [Fact]
    public async Task A_file_is_compared_with_its_manifest_once_after_each_write()
    {
        await using var product = await TwoVersionsAsync();
        var file = BlobPaths.ModelFile("lines", 1);
        await using var watching = new Product(product.Folder);
        await watching.Get<DriftMonitor>().CheckAllAsync(Cancelled);
        await watching.Get<DriftMonitor>().CheckAllAsync(Cancelled);
        Assert.Single(watching.Store.Opened, file);

        await CopyAsync(product, file, file);
        await watching.Get<DriftMonitor>().CheckAllAsync(Cancelled);
        Assert.Equal(2, watching.Store.Opened.Count(name => name == file));
    }

    [Fact]
    public async Task After_a_restart_nothing_answers_and_readiness_and_answer_say_why()
    {
        await using var product = await TwoVersionsAsync();
        await product.TrainAsync("others", "a.csv", SmallData.Line(-3), SmallData.NewestFile);
        await CopyAsync(product, BlobPaths.ModelFile("others", 1), BlobPaths.ModelFile("lines", 1));

        await using var restarted = new Product(product.Folder);
        var none = Assert.IsType<PredictOutcome.NoVersionYet>(await restarted.PredictAsync("lines", Row));
        Assert.Contains("the file is of another version or model", none.Why, StringComparison.Ordinal);
        var live = await restarted.Predictions.FindAsync("lines", null, Cancelled);
        Assert.IsType<PredictOutcome.NoVersionYet>(live.Obstacle);
    }

    [Theory]
    [InlineData("model.bin", "has no model.bin")]
    [InlineData("manifest.json", "is incomplete: it has no manifest.json")]
    public async Task A_file_that_was_deleted_is_said_to_be_gone(string file, string why)
    {
        await using var product = await TwoVersionsAsync();
        await product.Store.DeleteAsync(BlobPaths.Version("lines", 1) + file, Cancelled);
        await using var restarted = new Product(product.Folder);
        var none = Assert.IsType<PredictOutcome.NoVersionYet>(await restarted.PredictAsync("lines", Row));
        Assert.Contains($"Version 1 of lines {why}", none.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_version_of_another_number_or_model_is_refused_by_its_manifest()
    {
        await using var product = await TwoVersionsAsync();
        await product.TrainAsync("others", "a.csv", SmallData.Line(-3), SmallData.NewestFile);
        foreach (var (model, version) in ((string, int)[])[("others", 1), ("lines", 2)])
        {
            await CopyAsync(product, BlobPaths.ModelFile(model, version), BlobPaths.ModelFile("lines", 1));
            await CopyAsync(product, BlobPaths.Manifest(model, version), BlobPaths.Manifest("lines", 1));
            await using var restarted = new Product(product.Folder);
            var none = Assert.IsType<PredictOutcome.NoVersionYet>(await restarted.PredictAsync("lines", Row));
            Assert.Contains(
                $"expected the manifest of version 1 of lines, found that of version {version} of {model}",
                none.Why,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_manifest_that_was_mended_lets_the_same_file_answer()
    {
        await using var product = await TwoVersionsAsync();
        var manifest = await product.ReadAsync(BlobPaths.Manifest("lines", 1));
        await product.WriteAsync(BlobPaths.Manifest("lines", 1), "{");
        await using var restarted = new Product(product.Folder);
        Assert.IsType<PredictOutcome.NoVersionYet>(await restarted.PredictAsync("lines", Row));

        await product.WriteAsync(BlobPaths.Manifest("lines", 1), manifest);
        Assert.Equal(1, Assert.IsType<PredictOutcome.Answered>(await restarted.PredictAsync("lines", Row)).Version);
    }

    [Fact]
    public async Task A_file_is_not_predicted_with_it_and_no_candidate_is_judged_against_it()
    {
        await using var product = await TwoVersionsAsync();
        await CopyAsync(product, BlobPaths.ModelFile("lines", 2), BlobPaths.ModelFile("lines", 1));
        await product.WriteAsync(BlobPaths.BatchInput("lines", "ask.csv"), "x,colour\n1,red\n");
        var refused = await Assert.ThrowsAsync<ModelFileException>(
            () => product.Get<BatchRunner>().RunAsync(new BatchRequest("lines", "ask.csv"), Cancelled));
        Assert.Contains("the file is of another version or model", refused.Message, StringComparison.Ordinal);

        var record = await product.TrainAsync("lines", "c.csv", SmallData.Line(3, seed: 3));
        var reasons = (await product.Registry.GetAsync("lines", record.Version!.Value, Cancelled))!.Verdict.Reasons;
        Assert.Contains(
            reasons, r => r.Contains("the champion, version 1, could not be compared", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_challenger_with_another_versions_file_is_rolled_back()
    {
        await using var product = new Product();
        const string canary = """, "rollout": {"strategy": "canary", "steps": [50]}}""";
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.NewestFile[..^1] + canary);
        Assert.Equal(
            RunOutcome.RollingOut, (await product.TrainAsync("lines", "b.csv", SmallData.Line(6, seed: 2))).Outcome);
        await CopyAsync(product, BlobPaths.ModelFile("lines", 1), BlobPaths.ModelFile("lines", 2));

        await using var restarted = new Product(product.Folder);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(1, Assert.IsType<PredictOutcome.Answered>(await restarted.PredictAsync("lines", Row)).Version);
        }

        Assert.Contains(
            restarted.Logs,
            l => l.StartsWith(
                "Error: Version 2 of lines is rolled out and could not be loaded", StringComparison.Ordinal));
    }

    private static async Task<Product> TwoVersionsAsync()
    {
        var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.NewestFile);
        await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        Assert.Equal(1, Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("lines", Row)).Version);
        return product;
    }

    private static async Task CopyAsync(Product product, string from, string to)
    {
        var (bytes, _) = (await product.Store.ReadAllAsync(from, 1 << 24, Cancelled))!.Value;
        await product.Store.WriteAsync(to, bytes, WriteCondition.Always, Cancelled);
    }
}
