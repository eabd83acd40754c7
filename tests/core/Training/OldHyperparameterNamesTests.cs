using System.Text.Json;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers.Linear;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public sealed class OldHyperparameterNamesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("linear", "max_iter=iterations alpha=l2")]
    [InlineData("gbt", "max_bin=bins cat_smooth=categorySmoothing feature_fraction=columnShare depth_wise=depthWise "
        + "lambda_l2=lambda learning_rate=learningRate num_leaves=leaves max_depth=maxDepth "
        + "min_sum_hessian_in_leaf=minHessian min_data_in_leaf=minRows early_stopping_round=patience "
        + "num_iterations=rounds bagging_fraction=rowShare")]
    public async Task A_manifest_with_the_old_names_rebuilds_the_same_model(string trainer, string names)
    {
        await using var product = new Product();
        var definition = SmallData.Regression.Replace("linear", trainer, StringComparison.Ordinal);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), definition);
        var expected = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        Assert.Equal(expected.Hyperparameters.Count, names.Split(' ').Length);
        var json = await product.ReadAsync(BlobPaths.Manifest("lines", 1));
        foreach (var pair in names.Split(' ').Select(p => p.Split('=')))
        {
            Assert.Contains($"\"{pair[0]}\":", json, StringComparison.Ordinal);
            json = json.Replace($"\"{pair[0]}\":", $"\"{pair[1]}\":", StringComparison.Ordinal);
        }

        await product.WriteAsync(BlobPaths.Manifest("lines", 1), json);
        await using var other = new Product(product.Folder);
        var manifest = (await other.Registry.GetAsync("lines", 1, Cancelled))!;
        var (hash, obstacle) = await other.Get<VersionRebuilder>().RebuildAsync(manifest, 1, Cancelled);

        Assert.Equal(expected.Hyperparameters, manifest.Hyperparameters);
        Assert.Equal(expected.Trials[0].Hyperparameters, manifest.Trials[0].Hyperparameters);
        Assert.Null(obstacle);
        Assert.Equal(expected.ModelHash, hash);
    }

    [Fact]
    public void A_checkpoint_with_the_old_names_belongs_to_its_trial()
    {
        var trainer = new LinearTrainer();
        var trial = new PlannedTrial(0, 0, 1, trainer, trainer.Defaults(ModelTask.Regression));

        var record = JsonSerializer.Deserialize(
            """{"number":0,"trainer":"linear","hyperparameters":{"iterations":200,"l2":0.001},"score":1,"seconds":2}""",
            TrialJson.Default.TrialRecord)!;

        Assert.True(trial.IsOf(record));
    }
}
