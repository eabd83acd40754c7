using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>
/// Share of the rows predicted positive that are positive. 0 if none is predicted although positives exist (as in
/// scikit-learn), as the baseline of a rare class does; not defined if no positives exist either.
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
