using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Metrics;

/// <summary>Mean absolute error, in the label's units.</summary>
public sealed class Mae() : Metric("mae", "Average error", greaterIsBetter: false, ModelTask.Regression)
{
    public override WeightedMetric Prepare(Predictions predictions)
    {
        var errors = new double[predictions.Rows];
        for (var i = 0; i < errors.Length; i++) errors[i] = Math.Abs(predictions.Outputs[i] - predictions.Labels[i]);
        return weights => RowMean.Of(errors, weights);
    }

    public override string InWords(double value, MetricSubject subject) =>
        $"On average a prediction is {NumberFormat.Of(value)} away from the true “{subject.Label}”." +
        (subject.Baseline is { } b ? $" Always answering the average would be {NumberFormat.Of(b)} away." : "");
}
