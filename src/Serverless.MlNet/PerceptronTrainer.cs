using Microsoft.ML;
using Microsoft.ML.Trainers;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.MlNet;

/// <summary>
/// The averaged perceptron (Freund and Schapire, 'Large margin classification using the perceptron algorithm', 1999),
/// its scores calibrated to probabilities. <c>max_iter</c> is scikit-learn's: passes over the data.
/// </summary>
public sealed class PerceptronTrainer() : MlNetTrainer("perceptron", ModelTask.Binary)
{
    public override Hyperparameters Defaults(ModelTask task) => new() { ["max_iter"] = 10, ["learning_rate"] = 1 };

    public override Hyperparameters Sample(ModelTask task, SplitMix64 random) => new()
    {
        ["max_iter"] = random.Pick([5, 10, 20, 50]),
        ["learning_rate"] = random.NextLogUniform(0.01, 1),
    };

    private protected override Fitted Fit(Fitting fitting)
    {
        var model = fitting.Ml.BinaryClassification.Trainers.AveragedPerceptron(new AveragedPerceptronTrainer.Options
        {
            NumberOfIterations = fitting.Hyperparameters.GetInt32("max_iter"),
            LearningRate = (float)fitting.Hyperparameters.Get("learning_rate"),
        }).Fit(fitting.Train);
        return new(Calibration.Append(fitting, model), LinearWeights.Importance(fitting, model.Model.Weights));
    }
}
