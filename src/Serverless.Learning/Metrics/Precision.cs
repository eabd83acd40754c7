using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>
/// Share of the rows predicted positive that are. 0 where none is predicted positive although there are some (as
/// scikit-learn's), which is what the baseline of a rare class does; not defined where there are none either.
/// </summary>
public sealed class Precision()
    : Metric("precision", "Alarms that are right (precision)", greaterIsBetter: true, ModelTask.Binary)
{
    public override WeightedMetric Prepare(Predictions predictions) => BinaryCounts.Prepare(
        predictions,
        c => c.TruePositives + c.FalsePositives > 0 ? (double)c.TruePositives / (c.TruePositives + c.FalsePositives)
            : c.FalseNegatives > 0 ? 0 : double.NaN);

    public override int InformativeRows(Predictions predictions) => BinaryCounts.Positives(predictions);

    public override string InWords(double value, MetricSubject subject) =>
        $"When the model says “{subject.Classes[1]}”, it is right {OfHundred(value)} times in 100.";
}
