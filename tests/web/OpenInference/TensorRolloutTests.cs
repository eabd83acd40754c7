using System.Text;
using System.Text.Json;
using Serverless.Core.Registry;
using Serverless.Core.Rollouts;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Tests;
using Serverless.Web.OpenInference;
using static Serverless.Web.Tests.OpenInference.InferenceProduct;

namespace Serverless.Web.Tests.OpenInference;

public sealed class TensorRolloutTests
{
    private const string FiveX = """{"inputs": [{"name": "x", "shape": [1], "datatype": "FP64", "data": [5]}]}""";

    private const string ByHeader = """ "strategy": "canary", "steps": [20, 50, 100], "keyHeader": "x-user" """;

    private const string ByColour = """ "strategy": "canary", "steps": [50, 100], "keyField": "colour" """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_take_part_but_those_for_a_version_by_number_do_not()
    {
        await using var product = await TwoVersionsAsync(ByHeader);
        await using var serving = NewProduct(product.Folder);
        for (var user = 0; user < 100; user++)
        {
            var headers = new RequestHeaders($"user-{user}", (given, name) => name == "x-user" ? (string)given : null);
            var expected = await VersionByRowAsync(serving, """{"x": 5}""", headers);
            Assert.Equal(expected, await VersionAsync(serving, null, FiveX, headers));
            foreach (var version in (int[])[1, 2])
            {
                Assert.Equal(version, await VersionAsync(serving, version, FiveX, headers));
            }
        }

        var report = await AdvanceAsync(serving);
        Assert.Equal(200, report.Champion.Requests + report.Challenger.Requests);
        Assert.InRange(report.Challenger.Requests, 16, 80);
        // The challenger is at hand already: it is not loaded once more.
        Assert.Equal(1, serving.Store.Opened.Count(name => name == BlobPaths.ModelFile("lines", 2)));
    }

    [Fact]
    public async Task A_key_in_a_tensor_decides_as_the_same_key_in_a_row()
    {
        await using var product = await TwoVersionsAsync(ByColour);
        await using var serving = NewProduct(product.Folder);
        var versions = new HashSet<int>();
        for (var i = 0; i < 100; i++)
        {
            var version = await VersionByRowAsync(serving, $$"""{"x": 5, "colour": "c{{i}}"}""");
            versions.Add(version);
            Assert.Equal(version, await VersionAsync(serving, null, $$"""
                {"inputs": [
                  {"name": "x", "shape": [2], "datatype": "FP64", "data": [5, 6]},
                  {"name": "colour", "shape": [2], "datatype": "BYTES", "data": ["c{{i}}", "red"]}]}
                """));
            var byCode = await VersionByRowAsync(serving, $$"""{"colour": {{i}}}""");
            Assert.Equal(byCode, await VersionAsync(serving, null, $$"""
                {"inputs": [{"name": "colour", "shape": [1], "datatype": "FP64", "data": [{{i}}.0]}]}
                """));
        }

        Assert.Equal(2, versions.Count);
    }

    [Fact]
    public async Task A_shadow_scores_the_rows_that_tensors_hold()
    {
        await using var product = await TwoVersionsAsync(""" "strategy": "shadow" """);
        await using var serving = NewProduct(product.Folder);
        for (var i = 0; i < 50; i++) Assert.Equal(1, await VersionAsync(serving, null, FiveX));

        var report = await AdvanceAsync(serving);
        for (var i = 0; i < 500 && report.Challenger.Requests < 50; i++)
        {
            await Task.Delay(20, Cancelled);
            report = await AdvanceAsync(serving);
        }

        Assert.Equal((50, 0), (report.Challenger.Requests, report.Challenger.Errors));
    }

    private static async Task<Product> TwoVersionsAsync(string rollout)
    {
        var product = NewProduct();
        var definition = SmallData.Regression[..^1] + $$""", "rollout": { "minimumRequests": 20, {{rollout}} } }""";
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var run = await product.TrainAsync("lines", "b.csv", SmallData.Line(6, seed: 2), definition);
        Assert.Equal((RunOutcome.RollingOut, 2), (run.Outcome, run.Version));
        return product;
    }

    /// <summary>Judges, and lets this instance follow.</summary>
    private static async Task<RolloutReport> AdvanceAsync(Product product)
    {
        await product.Get<RolloutMonitor>().AdvanceAllAsync(Cancelled);
        await product.Get<ModelCache>().RefreshAsync("lines", Cancelled);
        return (await product.Get<RolloutMonitor>().LatestAsync("lines", Cancelled))!;
    }

    private static async Task<int> VersionByRowAsync(Product product, string row, RequestHeaders headers = default)
    {
        var body = Encoding.UTF8.GetBytes(row);
        var outcome = await product.Predictions.PredictAsync("lines", body, Cancelled, headers: headers);
        return Assert.IsType<PredictOutcome.Answered>(outcome).Version;
    }

    private static async Task<int> VersionAsync(
        Product product, int? version, string tensors, RequestHeaders headers = default)
    {
        var outcome = await product.Get<OpenInferenceService>()
            .InferAsync("lines", version, Encoding.UTF8.GetBytes(tensors), Cancelled, headers);
        var answered = Assert.IsType<PredictOutcome.Answered>(outcome);
        using var json = JsonDocument.Parse(answered.Json);
        Assert.Equal($"{answered.Version}", json.RootElement.GetProperty("model_version").GetString());
        return answered.Version;
    }
}
