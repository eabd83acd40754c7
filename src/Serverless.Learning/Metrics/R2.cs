using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>
/// Coefficient of determination: 1 − squared error / squared deviation of the labels from their mean. Not defined if
/// all labels are equal.
/// </summary>
public sealed class R2() : Metric("r2", "Variation explained (R²)", greaterIsBetter: true, ModelTask.Regression)
{
    public override WeightedMetric Prepare(Predictions predictions)
    {
        var labels = predictions.Labels;
        var outputs = predictions.Outputs;
        return weights =>
        {
            // Offsets labels by the first one, which preserves precision if all lie far from 0.
            double error = 0, sum = 0, squares = 0;
            long count = 0;
            for (var i = 0; i < weights.Length; i++)
            {
                var miss = outputs[i] - labels[i];
                var label = (double)labels[i] - labels[0];
                error += weights[i] * (miss * miss);
                sum += weights[i] * label;
                squares += weights[i] * (label * label);
                count += weights[i];
            }

            var deviation = squares - (sum * sum / count);
            return deviation > squares * 1e-12 ? 1 - (error / deviation) : double.NaN;
        };
    }

    public override string InWords(double value, MetricSubject subject) =>
        $"The model explains {Percent(Math.Max(0, value))} of the differences between rows in “{subject.Label}”; " +
        "100 % would be perfect, 0 % is no better than always answering the average.";
}
