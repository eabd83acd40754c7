using Microsoft.ML;
using Microsoft.ML.Trainers;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.MlNet;

/// <summary>
/// Linear, logistic and softmax regression by stochastic dual coordinate ascent (Shalev-Shwartz and Zhang, JMLR 2013).
/// Single-threaded: several threads would race for the weights (Hogwild). <c>l2</c> is Microsoft.ML's penalty;
/// <c>max_iter</c> is scikit-learn's.
/// </summary>
public sealed class SdcaTrainer() : MlNetTrainer("sdca", ModelTask.Regression, ModelTask.Binary, ModelTask.Multiclass)
{
    /// <summary>
    /// Above 0, or the penalty would also shrink the intercept to 0, and every probability to a half.
    /// </summary>
    private const float BiasLearningRate = 0.1f;

    /// <summary>Relative duality gap at which training stops. The default of 0.1 stops too early.</summary>
    private const float Tolerance = 0.01f;

    public override Hyperparameters Defaults(ModelTask task) => new() { ["max_iter"] = 100, ["l2"] = 1e-3 };

    public override Hyperparameters Sample(ModelTask task, SplitMix64 random) =>
        new() { ["max_iter"] = 100, ["l2"] = random.NextLogUniform(1e-5, 0.1) };

    private protected override Fitted Fit(Fitting fitting)
    {
        var ml = fitting.Ml;
        var l2 = (float)fitting.Hyperparameters.Get("l2");
        var iterations = fitting.Hyperparameters.GetInt32("max_iter");
        switch (fitting.Data.Task)
        {
            case ModelTask.Regression:
                var regression = ml.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options
                {
                    L1Regularization = 0,
                    L2Regularization = l2,
                    BiasLearningRate = BiasLearningRate,
                    ConvergenceTolerance = Tolerance,
                    MaximumNumberOfIterations = iterations,
                    NumberOfThreads = 1,
                }).Fit(fitting.Train);
                return new(regression, LinearWeights.Importance(fitting, regression.Model.Weights));
            case ModelTask.Binary:
                var binary = ml.BinaryClassification.Trainers.SdcaLogisticRegression(
                    new SdcaLogisticRegressionBinaryTrainer.Options
                    {
                        L1Regularization = 0,
                        L2Regularization = l2,
                        BiasLearningRate = BiasLearningRate,
                        ConvergenceTolerance = Tolerance,
                        MaximumNumberOfIterations = iterations,
                        NumberOfThreads = 1,
                    }).Fit(fitting.Train);
                return new(binary, LinearWeights.Importance(fitting, binary.Model.SubModel.Weights));
            default:
                var multiclass = ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(
                    new SdcaMaximumEntropyMulticlassTrainer.Options
                    {
                        L1Regularization = 0,
                        L2Regularization = l2,
                        BiasLearningRate = BiasLearningRate,
                        ConvergenceTolerance = Tolerance,
                        MaximumNumberOfIterations = iterations,
                        NumberOfThreads = 1,
                    }).Fit(fitting.Train);
                return new(multiclass, LinearWeights.Importance(fitting, multiclass.Model));
        }
    }
}
