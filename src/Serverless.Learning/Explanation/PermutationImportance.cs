using Serverless.Learning.Binning;
using Serverless.Learning.Features;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Explanation;

/// <summary>
/// How much worse a model gets when one feature's values are shuffled among the rows (Breiman, 'Random forests', 2001;
/// for any model Fisher, Rudin and Dominici 2019).
/// </summary>
/// <param name="Loss">Mean loss of the metric in its own units; negative if it improved.</param>
/// <param name="Deviation">Standard deviation of the loss between shuffles.</param>
/// <param name="Rows">Number of rows shuffled.</param>
public sealed record PermutationImportance(string Feature, double Loss, double Deviation, int Rows)
{
    public const int Shuffles = 3;

    private const int MinRows = 200;
    private const int MaxRows = 5000;

    /// <summary>Approximate total of rows scored: some seconds of work for a large model.</summary>
    private const int Budget = 200_000;

    /// <returns>Most important feature first; empty if the metric is not defined on the rows.</returns>
    public static IReadOnlyList<PermutationImportance> Of(
        Scorer scorer, Signature signature, Metric metric, TrainingData rows, long seed, int threads,
        CancellationToken cancellationToken)
    {
        var maxRows = Math.Clamp(Budget / (Shuffles * signature.Features.Count), MinRows, MaxRows);
        var sample = ModelInsight.Sample(rows.Labels.Length, maxRows, seed);
        var (features, labels) = (rows.Features.Select(sample), Array.ConvertAll(sample, row => rows.Labels[row]));
        double Value(double[] outputs) =>
            metric.Compute(new Predictions(signature.Task, signature.Classes, labels, outputs));
        var whole = Value(scorer.ScoreAll(features, threads));
        if (!double.IsFinite(whole)) return [];

        var found = new PermutationImportance[signature.Features.Count];
        OrderedParallel.For(threads, found.Length, feature =>
        {
            var losses = new double[Shuffles];
            for (var shuffle = 0; shuffle < Shuffles; shuffle++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var random = new SplitMix64(SplitMix64.Mix((ulong)seed) + (ulong)((feature * Shuffles) + shuffle));
                losses[shuffle] = metric.Improvement(
                    whole, Value(ScoreShuffled(scorer, signature, features, feature, random)));
            }

            var mean = losses.Average();
            var deviation = Math.Sqrt(losses.Sum(l => (l - mean) * (l - mean)) / (Shuffles - 1));
            found[feature] = new PermutationImportance(
                signature.Features[feature].Name, mean, deviation, sample.Length);
        });
        return [.. found.Where(f => double.IsFinite(f.Loss)).OrderByDescending(f => f.Loss)];
    }

    /// <summary>Takes all slots of the feature from the same other row.</summary>
    private static double[] ScoreShuffled(
        Scorer scorer, Signature signature, FeatureMatrix features, int feature, SplitMix64 random)
    {
        int[] from = [.. Enumerable.Range(0, features.RowCount)];
        for (var i = from.Length - 1; i > 0; i--)
        {
            var other = random.NextInt32(i + 1);
            (from[i], from[other]) = (from[other], from[i]);
        }

        float[][] columns = [.. features.Columns.Select((column, slot) =>
            signature.Slots[slot].Feature == feature ? Array.ConvertAll(from, row => column[row]) : column)];
        return scorer.ScoreAll(new FeatureMatrix(features.Slots, columns, features.RowCount), threads: 1);
    }
}
