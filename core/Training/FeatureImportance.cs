namespace Serverless.Training;

/// <param name="Share">Of all features' importance, 0 to 1; they add up to 1, or are all 0.</param>
public sealed record FeatureImportance(string Feature, double Share)
{
    /// <summary>The largest first; a feature's is that of its slots, added up. Empty where the scorer knows of none.</summary>
    public static IReadOnlyList<FeatureImportance> Of(Signature signature, Scorer scorer)
    {
        var bySlot = scorer.SlotImportance;
        if (bySlot.Count == 0) return [];
        if (bySlot.Count != signature.Slots.Count)
        {
            throw new ArgumentException($"Expected a signature of {bySlot.Count} slots, found {signature.Slots.Count}.", nameof(signature));
        }

        var byFeature = new double[signature.Features.Count];
        for (var slot = 0; slot < bySlot.Count; slot++) byFeature[signature.Slots[slot].Feature] += bySlot[slot];
        var total = byFeature.Sum();
        return [.. byFeature
            .Select((value, i) => new FeatureImportance(signature.Features[i].Name, total > 0 ? value / total : 0))
            .OrderByDescending(f => f.Share)];
    }
}
