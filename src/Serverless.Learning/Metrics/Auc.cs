using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>
/// Area under the ROC curve: the probability that a row of class 1 scores above one of class 0, ties counting half (the
/// Mann–Whitney statistic; Hanley and McNeil 1982). Exact. Not defined where one class is missing.
/// </summary>
public sealed class Auc() : Metric("auc", "Ranking (area under the ROC curve)", greaterIsBetter: true, ModelTask.Binary)
{
    public override WeightedMetric Prepare(Predictions predictions)
    {
        if (Array.Exists(predictions.Outputs, double.IsNaN)) return _ => double.NaN;

        var scores = (double[])predictions.Outputs.Clone();
        var order = new int[scores.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(scores, order);

        // Positives are counted in the upper half of a long and negatives in the lower, which keeps the inner loop
        // branch-free.
        var shifts = new byte[order.Length];
        var lastOfTie = new bool[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            shifts[i] = predictions.Labels[order[i]] > 0.5f ? (byte)32 : (byte)0;
            lastOfTie[i] = i + 1 == order.Length || scores[i] != scores[i + 1];
        }

        return weights =>
        {
            long tied = 0, positives = 0, negatives = 0;
            long twice = 0; // twice the number of pairs in the right order, ties as one: below 2^62 for 2^31 rows
            for (var i = 0; i < order.Length; i++)
            {
                tied += (long)weights[order[i]] << shifts[i];
                if (!lastOfTie[i]) continue;
                var tiedPositives = tied >> 32;
                var tiedNegatives = tied & 0xFFFFFFFF;
                twice += tiedPositives * ((2 * negatives) + tiedNegatives);
                positives += tiedPositives;
                negatives += tiedNegatives;
                tied = 0;
            }

            return (double)twice / (2.0 * positives * negatives);
        };
    }

    public override int InformativeRows(Predictions predictions)
    {
        var positives = predictions.Labels.Count(l => l > 0.5f);
        return Math.Min(positives, predictions.Rows - positives);
    }

    public override string InWords(double value, MetricSubject subject) =>
        $"If you pick one row where “{subject.Label}” is “{subject.Classes[1]}” " +
        $"and one where it is “{subject.Classes[0]}”, the model gives the first one the higher probability " +
        $"{OfHundred(value)} times in 100. Guessing would manage 50.";
}
