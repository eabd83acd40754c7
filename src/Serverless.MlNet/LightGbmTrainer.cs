using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.MlNet;

/// <summary>
/// Gradient boosting by LightGBM (Ke et al., NeurIPS 2017), with its own handling of missing values and categories, and
/// early stopping on the validation rows.
/// </summary>
public sealed class LightGbmTrainer : MlNetTrainer
{
    public LightGbmTrainer(ILogger<LightGbmTrainer> logger)
        : this(logger, "lib_lightgbm")
    {
    }

    internal LightGbmTrainer(ILogger logger, string library)
        : base("lightgbm", ModelTask.Regression, ModelTask.Binary, ModelTask.Multiclass) =>
        Require(library, () => typeof(LightGbmRegressionTrainer).Assembly, logger);

    private protected override bool KeepsMissing => true;

    public override Hyperparameters Defaults(ModelTask task) => new()
    {
        ["cat_smooth"] = 10,
        ["feature_fraction"] = 1,
        ["lambda_l2"] = 1,
        ["learning_rate"] = 0.1,
        ["num_leaves"] = 31,
        ["min_data_in_leaf"] = 20,
        ["early_stopping_round"] = 20,
        ["num_iterations"] = 300,
        ["bagging_fraction"] = 1,
    };

    public override Hyperparameters Sample(ModelTask task, SplitMix64 random)
    {
        var sampled = Defaults(task);
        sampled.DrawBoosting(random);
        return sampled;
    }

    private protected override Fitted Fit(Fitting fitting)
    {
        var (ml, train, validation) = (fitting.Ml, fitting.Train, fitting.Validation);
        switch (fitting.Data.Task)
        {
            case ModelTask.Regression:
                var regressionOptions = new LightGbmRegressionTrainer.Options();
                Configure(regressionOptions, fitting);
                var regression = ml.Regression.Trainers.LightGbm(regressionOptions).Fit(train, validation);
                return new(regression, TreeGains.Importance(fitting, regression.Model.TrainedTreeEnsemble));
            case ModelTask.Binary:
                var binaryOptions = new LightGbmBinaryTrainer.Options();
                Configure(binaryOptions, fitting);
                var binary = ml.BinaryClassification.Trainers.LightGbm(binaryOptions).Fit(train, validation);
                return new(binary, TreeGains.Importance(fitting, binary.Model.SubModel.TrainedTreeEnsemble));
            default:
                var multiclassOptions = new LightGbmMulticlassTrainer.Options { UseSoftmax = true };
                Configure(multiclassOptions, fitting);
                var multiclass = ml.MulticlassClassification.Trainers.LightGbm(multiclassOptions)
                    .Fit(train, validation);
                // Microsoft.ML does not expose the trees of a multiclass model.
                return new(multiclass, []);
        }
    }

    private static void Configure<TOptions, TOutput, TTransformer, TModel>(
        LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase options, Fitting fitting)
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
        where TOptions : LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase, new()
    {
        var hyperparameters = fitting.Hyperparameters;
        options.NumberOfIterations = hyperparameters.GetInt32("num_iterations");
        options.NumberOfLeaves = hyperparameters.GetInt32("num_leaves");
        options.MinimumExampleCountPerLeaf = hyperparameters.GetInt32("min_data_in_leaf");
        options.LearningRate = hyperparameters.Get("learning_rate");
        options.CategoricalSmoothing = hyperparameters.Get("cat_smooth");
        options.UseCategoricalSplit = true;
        options.EarlyStoppingRound = fitting.Validation is null ? 0 : hyperparameters.GetInt32("early_stopping_round");
        options.Booster = new GradientBooster.Options
        {
            L2Regularization = hyperparameters.Get("lambda_l2"),
            FeatureFraction = hyperparameters.Get("feature_fraction"),
            SubsampleFraction = hyperparameters.Get("bagging_fraction"),
            SubsampleFrequency = 1,
        };
        options.Seed = fitting.Seed;
        // Column-wise, each sum belongs to one thread, so the result does not depend on their number.
        options.Deterministic = true;
        options.ForceColumnWise = true;
    }
}
