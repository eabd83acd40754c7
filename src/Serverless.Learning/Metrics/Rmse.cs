using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Metrics;

/// <summary>Root of the mean squared error, in the label's units.</summary>
public sealed class Rmse()
    : Metric("rmse", "Typical error (root mean square)", greaterIsBetter: false, ModelTask.Regression)
{
    public override WeightedMetric Prepare(Predictions predictions)
    {
        var squares = new double[predictions.Rows];
        for (var i = 0; i < squares.Length; i++)
        {
            var error = predictions.Outputs[i] - predictions.Labels[i];
            squares[i] = error * error;
        }

        return weights => Math.Sqrt(RowMean.Of(squares, weights));
    }

    public override string InWords(double value, MetricSubject subject) =>
        $"A prediction is typically off by {NumberFormat.Of(value)} in the units of “{subject.Label}”; " +
        "large misses weigh more than small ones." +
        (subject.Baseline is { } b ? $" Always answering the average would be off by {NumberFormat.Of(b)}." : "");
}
