using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Explanation;

/// <summary>
/// The mean prediction with one feature set to a given value in every row and everything else unchanged (Friedman,
/// 'Greedy function approximation', 2001). For a timestamp, the calendar part with the highest importance.
/// </summary>
/// <param name="Name">Name of the feature or its calendar part: <c>pickup.hour</c>.</param>
/// <param name="Values">Ascending numbers, or slot values of <paramref name="Categories"/>.</param>
/// <param name="Categories">Names of the values, most frequent first; null for numbers.</param>
/// <param name="Means">Value by value, one per output of the scorer.</param>
/// <param name="Rows">Number of rows averaged over.</param>
public sealed record PartialDependence(
    string Name, IReadOnlyList<float> Values, IReadOnlyList<string>? Categories,
    IReadOnlyList<double[]> Means, int Rows)
{
    private const int MaxRows = 200;
    private const int MaxNumbers = 20;
    private const int MaxCategories = 8;

    /// <returns>Null if the rows have fewer than two values of the feature.</returns>
    public static PartialDependence? Of(
        Scorer scorer, Signature signature, string feature, FeatureMatrix rows, long seed,
        CancellationToken cancellationToken)
    {
        var index = signature.Features.Index().First(f => f.Item.Name == feature).Index;
        var slot = SlotOf(scorer, signature, index);
        var sample = rows.Select(ModelInsight.Sample(rows.RowCount, MaxRows, seed));
        var (values, categories) = Grid(
            signature.Features[index], [.. Enumerable.Range(0, sample.RowCount).Select(r => At(sample, r, slot))]);
        if (values.Length < 2) return null;

        var means = Array.ConvertAll(values, _ => new double[scorer.OutputCount]);
        var (slots, outputs) = (new float[rows.Slots.Count], new double[scorer.OutputCount]);
        for (var v = 0; v < values.Length; v++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var row = 0; row < sample.RowCount; row++)
            {
                sample.CopyRow(row, slots);
                slots[slot] = values[v];
                scorer.Score(slots, outputs);
                for (var k = 0; k < outputs.Length; k++) means[v][k] += outputs[k] / sample.RowCount;
            }
        }

        return new PartialDependence(signature.Slots[slot].Name, values, categories, means, sample.RowCount);
    }

    private static int SlotOf(Scorer scorer, Signature signature, int feature)
    {
        var slots = Enumerable.Range(0, signature.Slots.Count).Where(s => signature.Slots[s].Feature == feature);
        return scorer.SlotImportance.Count == 0 ? slots.First() : slots.MaxBy(s => scorer.SlotImportance[s]);
    }

    private static float At(FeatureMatrix rows, int row, int slot) => rows.Columns[slot][row];

    private static (float[] Values, string[]? Categories) Grid(SignatureFeature feature, float[] column)
    {
        var known = Array.FindAll(column, v => !float.IsNaN(v));
        if (feature.Type == ColumnType.Boolean)
        {
            float[] truths = [.. known.Distinct().Order()];
            return (truths, Array.ConvertAll(truths, v => v != 0 ? "true" : "false"));
        }

        if (feature.Type == ColumnType.Categorical)
        {
            float[] frequent = [.. known.Where(v => v < feature.Categories.Count).CountBy(v => v)
                .OrderByDescending(c => c.Value).ThenBy(c => c.Key).Take(MaxCategories).Select(c => c.Key)];
            return (frequent, Array.ConvertAll(frequent, v => feature.Categories[(int)v]));
        }

        // Quantiles end the curve where the rows end and make it finest where rows are dense.
        Array.Sort(known);
        float[] distinct = [.. known.Distinct()];
        if (distinct.Length <= MaxNumbers) return (distinct, null);
        var quantiles = Enumerable.Range(0, MaxNumbers)
            .Select(i => known[(int)((long)i * (known.Length - 1) / (MaxNumbers - 1))]);
        return ([.. quantiles.Distinct()], null);
    }
}
