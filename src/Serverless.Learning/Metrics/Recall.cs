using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>Share of the positive rows that are predicted positive. Not defined without positive rows.</summary>
public sealed class Recall() : Metric("recall", "Cases found (recall)", greaterIsBetter: true, ModelTask.Binary)
{
    public override WeightedMetric Prepare(Predictions predictions) => BinaryCounts.Prepare(
        predictions, c => (double)c.TruePositives / (c.TruePositives + c.FalseNegatives));

    public override int InformativeRows(Predictions predictions) => BinaryCounts.Positives(predictions);

    public override string InWords(double value, MetricSubject subject) =>
        $"Of 100 rows that are “{subject.Classes[1]}”, the model finds {OfHundred(value)}.";
}
