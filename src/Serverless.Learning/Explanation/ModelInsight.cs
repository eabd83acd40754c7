using Serverless.Learning.Features;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Explanation;

/// <summary>
/// What a model's predictions depend on, measured on held-out rows. Seeded, at a bounded cost for any data size.
/// </summary>
/// <param name="Permutation">Most important feature first; empty if the metric is not defined on the rows.</param>
/// <param name="Partial">Curves of the most important features.</param>
public sealed record ModelInsight(
    IReadOnlyList<PermutationImportance> Permutation, IReadOnlyList<PartialDependence> Partial)
{
    private const int MaxPartial = 6;

    /// <param name="rows">Held-out rows.</param>
    public static ModelInsight Of(
        Scorer scorer, Signature signature, Metric metric, TrainingData rows, long seed, int threads,
        CancellationToken cancellationToken)
    {
        var permutation = PermutationImportance.Of(scorer, signature, metric, rows, seed, threads, cancellationToken);
        var order = permutation.Count > 0
            ? permutation.Select(p => p.Feature)
            : scorer.Importance(signature).Select(f => f.Feature);
        var partial = order.Take(MaxPartial).Select(
            feature => PartialDependence.Of(scorer, signature, feature, rows.Features, seed, cancellationToken));
        return new ModelInsight(permutation, [.. partial.OfType<PartialDependence>()]);
    }

    /// <summary>
    /// Draws distinct rows at random, ascending; all rows if there are at most <paramref name="maxRows"/>.
    /// </summary>
    internal static int[] Sample(int rows, int maxRows, long seed)
    {
        int[] all = [.. Enumerable.Range(0, rows)];
        if (rows <= maxRows) return all;
        var random = new SplitMix64(SplitMix64.Mix((ulong)seed));
        for (var i = 0; i < maxRows; i++)
        {
            var other = i + random.NextInt32(rows - i);
            (all[i], all[other]) = (all[other], all[i]);
        }

        var sample = all[..maxRows];
        Array.Sort(sample);
        return sample;
    }
}
