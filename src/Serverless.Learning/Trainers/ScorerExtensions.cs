using Serverless.Learning.Binning;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers;

public static class ScorerExtensions
{
    /// <summary>Scores every row.</summary>
    /// <param name="threads">Max threads; null for one per processor. The outputs do not depend on it.</param>
    /// <returns>Row by row, <see cref="Scorer.OutputCount"/> values each.</returns>
    public static double[] ScoreAll(this Scorer scorer, FeatureMatrix features, int? threads = null)
    {
        var count = scorer.OutputCount;
        var outputs = new double[checked(features.RowCount * count)];
        OrderedParallel.ForRows(threads ?? Environment.ProcessorCount, features.RowCount, (from, to) =>
        {
            const int Group = 64;
            var slots = features.Slots.Count;
            var rows = new float[Group * slots];
            for (var first = from; first < to; first += Group)
            {
                var length = Math.Min(Group, to - first);
                for (var slot = 0; slot < slots; slot++)
                {
                    var column = features.Columns[slot].AsSpan(first, length);
                    for (var i = 0; i < length; i++) rows[(i * slots) + slot] = column[i];
                }

                scorer.ScoreMany(rows.AsSpan(0, length * slots), outputs.AsSpan(first * count, length * count));
            }
        });
        return outputs;
    }

    /// <summary>
    /// Each feature's share of the model's importance, largest first: the sum over its slots. Empty if the scorer has
    /// none.
    /// </summary>
    public static IReadOnlyList<FeatureImportance> Importance(this Scorer scorer, Signature signature)
    {
        var bySlot = scorer.SlotImportance;
        if (bySlot.Count == 0) return [];
        if (bySlot.Count != signature.Slots.Count)
        {
            throw new ArgumentException(
                $"Expected a signature of {bySlot.Count} slots, found {signature.Slots.Count}.", nameof(signature));
        }

        var byFeature = new double[signature.Features.Count];
        for (var slot = 0; slot < bySlot.Count; slot++) byFeature[signature.Slots[slot].Feature] += bySlot[slot];
        var total = byFeature.Sum();
        return [.. byFeature
            .Select((value, i) => new FeatureImportance(signature.Features[i].Name, total > 0 ? value / total : 0))
            .OrderByDescending(f => f.Share)];
    }
}
