using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.MlNet;

/// <summary>
/// Gradient boosting of regression trees by FastTree (MART: Friedman 2001; binned as in Burges, 'From RankNet to
/// LambdaRank to LambdaMART', 2010). Keeps as many trees as do best on the validation rows. Hyperparameters have
/// LightGBM's names.
/// </summary>
public sealed class FastTreeTrainer : MlNetTrainer
{
    internal const string Library = "FastTreeNative";

    public FastTreeTrainer(ILogger<FastTreeTrainer> logger)
        : this(logger, Library)
    {
    }

    internal FastTreeTrainer(ILogger logger, string library)
        : base("fasttree", ModelTask.Regression, ModelTask.Binary) =>
        Require(library, () => typeof(FastTreeRegressionTrainer).Assembly, logger);

    public override Hyperparameters Defaults(ModelTask task) => new()
    {
        ["feature_fraction"] = 1,
        ["learning_rate"] = 0.1,
        ["num_leaves"] = 31,
        ["min_data_in_leaf"] = 20,
        ["bagging_fraction"] = 1,
        ["num_iterations"] = 300,
    };

    public override Hyperparameters Sample(ModelTask task, SplitMix64 random)
    {
        var rate = random.NextLogUniform(0.03, 0.2);
        return new()
        {
            ["feature_fraction"] = random.Pick([0.5, 0.7, 0.85, 1]),
            ["learning_rate"] = rate,
            ["num_leaves"] = random.Pick([8, 16, 31, 63, 127]),
            ["min_data_in_leaf"] = random.Pick([5, 10, 20, 50, 100]),
            ["bagging_fraction"] = random.Pick([0.6, 0.8, 1]),
            ["num_iterations"] = Math.Round(30 / rate),
        };
    }

    private protected override Fitted Fit(Fitting fitting)
    {
        var ml = fitting.Ml;
        if (fitting.Data.Task == ModelTask.Regression)
        {
            var options = ConfigureBoosting(
                new FastTreeRegressionTrainer.Options { EarlyStoppingMetric = EarlyStoppingMetric.L2Norm }, fitting);
            var regression = ml.Regression.Trainers.FastTree(options).Fit(fitting.Train, fitting.Validation);
            return new(regression, TreeGains.Importance(fitting, regression.Model.TrainedTreeEnsemble));
        }
        else
        {
            var options = ConfigureBoosting(
                new FastTreeBinaryTrainer.Options { EarlyStoppingMetric = EarlyStoppingMetric.L2Norm }, fitting);
            var binary = ml.BinaryClassification.Trainers.FastTree(options).Fit(fitting.Train, fitting.Validation);
            return new(binary, TreeGains.Importance(fitting, binary.Model.SubModel.TrainedTreeEnsemble));
        }
    }

    /// <summary>Sets the options common to boosting and forests.</summary>
    internal static T Configure<T>(T options, Fitting fitting) where T : TreeOptions
    {
        var hyperparameters = fitting.Hyperparameters;
        options.NumberOfTrees = hyperparameters.GetInt32("num_iterations");
        options.NumberOfLeaves = hyperparameters.GetInt32("num_leaves");
        options.MinimumExampleCountPerLeaf = hyperparameters.GetInt32("min_data_in_leaf");
        options.FeatureFraction = hyperparameters.Get("feature_fraction");
        options.BaggingExampleFraction = hyperparameters.Get("bagging_fraction");
        options.Seed = options.FeatureSelectionSeed = fitting.Seed;
        return options;
    }

    private static T ConfigureBoosting<T>(T options, Fitting fitting) where T : BoostedTreeOptions
    {
        Configure(options, fitting);
        options.LearningRate = fitting.Hyperparameters.Get("learning_rate");
        options.BaggingSize = options.BaggingExampleFraction < 1 ? 1 : 0;
        // Splits on sets of categories stay off: on the Adult data they cost 0.02 of AUC against one-hot columns.
        options.EnablePruning = fitting.Validation is not null;
        return options;
    }
}
