using Microsoft.ML;
using Microsoft.ML.Trainers;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.MlNet;

/// <summary>
/// Logistic and softmax regression by limited-memory BFGS (Nocedal 1980; with an L1 penalty Andrew and Gao, ICML 2007).
/// Single-threaded: multi-threaded sums depend on how rows are distributed. <c>l1</c> and <c>l2</c> are Microsoft.ML's
/// penalties, relative to the summed loss; <c>max_iter</c> is scikit-learn's.
/// </summary>
public sealed class LbfgsTrainer() : MlNetTrainer("lbfgs", ModelTask.Binary, ModelTask.Multiclass)
{
    public override Hyperparameters Defaults(ModelTask task) => new() { ["max_iter"] = 200, ["l1"] = 0, ["l2"] = 1 };

    public override Hyperparameters Sample(ModelTask task, SplitMix64 random) => new()
    {
        ["max_iter"] = 200,
        ["l1"] = random.Pick([0, 0, 1]),
        ["l2"] = random.NextLogUniform(0.01, 100),
    };

    private protected override Fitted Fit(Fitting fitting)
    {
        var ml = fitting.Ml;
        var (l1, l2) = ((float)fitting.Hyperparameters.Get("l1"), (float)fitting.Hyperparameters.Get("l2"));
        var iterations = fitting.Hyperparameters.GetInt32("max_iter");
        if (fitting.Data.Task == ModelTask.Binary)
        {
            var binary = ml.BinaryClassification.Trainers.LbfgsLogisticRegression(
                new LbfgsLogisticRegressionBinaryTrainer.Options
                {
                    L1Regularization = l1,
                    L2Regularization = l2,
                    MaximumNumberOfIterations = iterations,
                    NumberOfThreads = 1,
                }).Fit(fitting.Train);
            return new(binary, LinearWeights.Importance(fitting, binary.Model.SubModel.Weights));
        }

        var multiclass =
            ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
            {
                L1Regularization = l1,
                L2Regularization = l2,
                MaximumNumberOfIterations = iterations,
                NumberOfThreads = 1,
            }).Fit(fitting.Train);
        return new(multiclass, LinearWeights.Importance(fitting, multiclass.Model));
    }
}
