namespace Serverless.Learning.Metrics;

/// <summary>The confusion matrix of a binary task at probability 0.5, class 1 being positive.</summary>
public sealed record BinaryCounts(long TruePositives, long FalsePositives, long FalseNegatives)
{
    public static WeightedMetric Prepare(Predictions predictions, Func<BinaryCounts, double> value)
    {
        var cells = new byte[predictions.Rows];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = (byte)((predictions.Labels[i] > 0.5f ? 2 : 0) + predictions.PredictedClass(i));
        }

        return weights =>
        {
            Span<long> counts = stackalloc long[4];
            counts.Clear();
            for (var i = 0; i < weights.Length; i++) counts[cells[i]] += weights[i];
            return value(
                new BinaryCounts(TruePositives: counts[3], FalsePositives: counts[1], FalseNegatives: counts[2]));
        };
    }

    public static int Positives(Predictions predictions) => predictions.Labels.Count(l => l > 0.5f);
}
