using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>Share of rows whose class is predicted correctly.</summary>
public sealed class Accuracy()
    : Metric("accuracy", "Right answers", greaterIsBetter: true, ModelTask.Binary, ModelTask.Multiclass)
{
    public override WeightedMetric Prepare(Predictions predictions)
    {
        var right = new double[predictions.Rows];
        for (var i = 0; i < right.Length; i++)
        {
            right[i] = predictions.PredictedClass(i) == predictions.Labels[i] ? 1 : 0;
        }

        return weights => RowMean.Of(right, weights);
    }

    public override string InWords(double value, MetricSubject subject) =>
        $"The model is right about “{subject.Label}” in {OfHundred(value)} of 100 rows." +
        (subject.Baseline is { } b ? $" Always answering the most frequent one is right in {OfHundred(b)}." : "");
}
