using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>
/// Unweighted mean of each class's F1, over the classes among the labels or the predictions (as in scikit-learn). A row
/// of a class unknown to the model is a false positive of the class predicted for it.
/// </summary>
public sealed class MacroF1()
    : Metric(
        "macroF1", "Finds and false alarms, all classes alike (macro F1)", greaterIsBetter: true, ModelTask.Multiclass)
{
    public override WeightedMetric Prepare(Predictions predictions)
    {
        var classes = predictions.Classes.Count;
        var predicted = new int[predictions.Rows];
        for (var i = 0; i < predicted.Length; i++) predicted[i] = predictions.PredictedClass(i);
        var labels = Array.ConvertAll(predictions.Labels, l => (int)l);

        return weights =>
        {
            // Per class: correctly predicted rows; and predicted rows plus actual rows.
            var right = new long[classes];
            var either = new long[classes];
            for (var i = 0; i < weights.Length; i++)
            {
                either[predicted[i]] += weights[i];
                if (labels[i] < 0) continue;
                either[labels[i]] += weights[i];
                if (labels[i] == predicted[i]) right[labels[i]] += weights[i];
            }

            double sum = 0;
            var count = 0;
            for (var c = 0; c < classes; c++)
            {
                if (either[c] == 0) continue;
                sum += 2.0 * right[c] / either[c];
                count++;
            }

            return sum / count;
        };
    }

    public override string InWords(double value, MetricSubject subject) =>
        "Balance of finding every case and raising no false alarm, " +
        $"each answer for “{subject.Label}” counting alike: {Percent(value)}, where 100 % means no mistake.";
}
