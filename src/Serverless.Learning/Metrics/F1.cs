using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>
/// Harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN). 0 if no positive is found; not defined if there are
/// no positives and none is predicted.
/// </summary>
public sealed class F1() : Metric("f1", "Finds and false alarms (F1)", greaterIsBetter: true, ModelTask.Binary)
{
    public override WeightedMetric Prepare(Predictions predictions) => BinaryCounts.Prepare(
        predictions, c => 2.0 * c.TruePositives / ((2 * c.TruePositives) + c.FalsePositives + c.FalseNegatives));

    public override int InformativeRows(Predictions predictions) => BinaryCounts.Positives(predictions);

    public override string InWords(double value, MetricSubject subject) =>
        $"Balance of finding every “{subject.Classes[1]}” and raising no false alarm: " +
        $"{Percent(value)}, where 100 % means no mistake of either kind.";
}
