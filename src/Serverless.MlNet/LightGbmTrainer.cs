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
/// Gradient boosting by LightGBM (Ke et al., NeurIPS 2017), with its own handling of missing values and categories. It
/// stops when the validation rows gain no more.
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
        ["categorySmoothing"] = 10,
        ["columnShare"] = 1,
        ["l2"] = 1,
        ["learningRate"] = 0.1,
        ["leaves"] = 31,
        ["minRows"] = 20,
        ["patience"] = 20,
        ["rounds"] = 300,
        ["rowShare"] = 1,
    };

    public override Hyperparameters Sample(ModelTask task, SplitMix64 random)
    {
        var sampled = Defaults(task);
        sampled.DrawBoosting("l2", random);
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
                var multiclass = ml.MulticlassClassification.Trainers.LightGbm(multiclassOptions).Fit(train, validation);
                // Of several classes, Microsoft.ML keeps the trees to itself.
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
        options.NumberOfIterations = hyperparameters.GetInt32("rounds");
        options.NumberOfLeaves = hyperparameters.GetInt32("leaves");
        options.MinimumExampleCountPerLeaf = hyperparameters.GetInt32("minRows");
        options.LearningRate = hyperparameters.Get("learningRate");
        options.CategoricalSmoothing = hyperparameters.Get("categorySmoothing");
        options.UseCategoricalSplit = true;
        options.EarlyStoppingRound = fitting.Validation is null ? 0 : hyperparameters.GetInt32("patience");
        options.Booster = new GradientBooster.Options
        {
            L2Regularization = hyperparameters.Get("l2"),
            FeatureFraction = hyperparameters.Get("columnShare"),
            SubsampleFraction = hyperparameters.Get("rowShare"),
            SubsampleFrequency = 1,
        };
        options.Seed = fitting.Seed;
        // By columns, each sum belongs to one thread, and the result does not depend on how many there are.
        options.Deterministic = true;
        options.ForceColumnWise = true;
    }
}
