using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.MlNet;

/// <summary>
/// Random forests (Breiman, Machine Learning 2001) by FastForest; class scores are calibrated to probabilities.
/// Hyperparameters have LightGBM's names.
/// </summary>
public sealed class FastForestTrainer : MlNetTrainer
{
    public FastForestTrainer(ILogger<FastForestTrainer> logger)
        : this(logger, FastTreeTrainer.Library)
    {
    }

    internal FastForestTrainer(ILogger logger, string library)
        : base("fastforest", ModelTask.Regression, ModelTask.Binary) =>
        Require(library, () => typeof(FastForestRegressionTrainer).Assembly, logger);

    public override Hyperparameters Defaults(ModelTask task) => new()
    {
        ["feature_fraction"] = 0.7,
        ["num_leaves"] = 255,
        ["min_data_in_leaf"] = 5,
        ["bagging_fraction"] = 0.7,
        ["num_iterations"] = 100,
    };

    public override Hyperparameters Sample(ModelTask task, SplitMix64 random) => new()
    {
        ["feature_fraction"] = random.Pick([0.3, 0.5, 0.7, 1]),
        ["num_leaves"] = random.Pick([63, 127, 255, 511]),
        ["min_data_in_leaf"] = random.Pick([2, 5, 10, 20]),
        ["bagging_fraction"] = random.Pick([0.5, 0.7, 0.9]),
        ["num_iterations"] = random.Pick([50, 100, 200]),
    };

    private protected override Fitted Fit(Fitting fitting)
    {
        var ml = fitting.Ml;
        if (fitting.Data.Task == ModelTask.Regression)
        {
            var options = FastTreeTrainer.Configure(new FastForestRegressionTrainer.Options(), fitting);
            var regression = ml.Regression.Trainers.FastForest(options).Fit(fitting.Train);
            return new(regression, TreeGains.Importance(fitting, regression.Model.TrainedTreeEnsemble));
        }
        else
        {
            var options = FastTreeTrainer.Configure(new FastForestBinaryTrainer.Options(), fitting);
            var binary = ml.BinaryClassification.Trainers.FastForest(options).Fit(fitting.Train);
            return new(
                Calibration.Append(fitting, binary), TreeGains.Importance(fitting, binary.Model.TrainedTreeEnsemble));
        }
    }
}
