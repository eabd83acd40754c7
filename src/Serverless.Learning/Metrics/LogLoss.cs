using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Metrics;

/// <summary>
/// Mean of −ln(probability of the true class), in nats. Probabilities are clipped to [1e-15, 1 − 1e-15], so that one
/// wrong certainty costs 34.5 instead of infinity; a class unknown to the model has probability 0.
/// </summary>
public sealed class LogLoss()
    : Metric("logLoss", "Surprise (log loss)", greaterIsBetter: false, ModelTask.Binary, ModelTask.Multiclass)
{
    private const double Clip = 1e-15;

    public override WeightedMetric Prepare(Predictions predictions)
    {
        var losses = new double[predictions.Rows];
        for (var i = 0; i < losses.Length; i++)
        {
            losses[i] = -DeterministicMath.Log(Math.Clamp(ProbabilityOfTruth(predictions, i), Clip, 1 - Clip));
        }

        return weights => RowMean.Of(losses, weights);
    }

    private static double ProbabilityOfTruth(Predictions predictions, int row)
    {
        var label = (int)predictions.Labels[row];
        if (predictions.Task == ModelTask.Multiclass) return label < 0 ? 0 : predictions.OutputsOf(row)[label];
        return label == 1 ? predictions.Outputs[row] : 1 - predictions.Outputs[row];
    }

    public override string InWords(double value, MetricSubject subject) =>
        $"The model typically gives the true answer a probability of {Percent(DeterministicMath.Exp(-value))} " +
        "(geometric mean over the rows)." +
        (subject.Baseline is { } b
            ? $" Knowing only how frequent each answer is, it would be {Percent(DeterministicMath.Exp(-b))}."
            : "");
}
