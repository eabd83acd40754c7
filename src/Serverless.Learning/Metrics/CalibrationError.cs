using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>
/// Expected calibration error (Naeini, Cooper and Hauskrecht 2015): how far the predicted probability of class 1 is
/// from its frequency, over ten bins of equal width, weighted by their rows.
/// </summary>
public sealed class CalibrationError()
    : Metric("calibrationError", "Probabilities off by (calibration error)", greaterIsBetter: false, ModelTask.Binary)
{
    public const int Bins = 10;

    public static int BinOf(double probability) => Math.Clamp((int)(probability * Bins), 0, Bins - 1);

    public override WeightedMetric Prepare(Predictions predictions)
    {
        var bins = Array.ConvertAll(predictions.Outputs, BinOf);
        var gaps = new double[predictions.Rows];
        for (var i = 0; i < gaps.Length; i++) gaps[i] = predictions.Labels[i] - predictions.Outputs[i];

        return weights =>
        {
            Span<double> sums = stackalloc double[Bins];
            sums.Clear();
            long count = 0;
            for (var i = 0; i < weights.Length; i++)
            {
                sums[bins[i]] += weights[i] * gaps[i];
                count += weights[i];
            }

            // |frequency − mean probability| × rows of a bin is |Σ (label − probability)|.
            double total = 0;
            foreach (var sum in sums) total += Math.Abs(sum);
            return total / count;
        };
    }

    public override string InWords(double value, MetricSubject subject) =>
        $"Where the model says 70 %, expect between {Percent(Math.Max(0, 0.7 - value))} " +
        $"and {Percent(Math.Min(1, 0.7 + value))}: its probabilities are off by {Percent(value)} on average.";
}
