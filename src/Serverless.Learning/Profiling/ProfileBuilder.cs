using System.Runtime.CompilerServices;
using Serverless.Csv.Values;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Profiling;

/// <summary>Builds the reference profile that live traffic is compared with.</summary>
public static class ProfileBuilder
{
    private const int Bins = 10;

    /// <param name="training">The version's training rows, encoded by <paramref name="signature"/>.</param>
    /// <param name="holdoutOutputs">
    /// The version's outputs on the held-out rows, row by row: unseen, like traffic.
    /// </param>
    /// <param name="threads">Max threads; the profile does not depend on it.</param>
    public static ReferenceProfile Build(
        Signature signature, FeatureMatrix training, double[] holdoutOutputs, int threads = 1)
    {
        var features = new FeatureProfile[signature.Features.Count];
        OrderedParallel.For(threads, features.Length, f =>
        {
            var feature = signature.Features[f];
            var slot = ProfiledSlot(signature, f);
            features[f] = feature.Type == ColumnType.Categorical
                ? OfCategories(feature, training.Columns[slot], signature.Slots[slot].Cardinality)
                : OfNumbers(
                    feature.Name, feature.Type, training.Columns[slot], Edges(feature.Type, training.Columns[slot]));
        });

        return new ReferenceProfile
        {
            Features = features,
            Output = signature.Task == ModelTask.Multiclass ? null : OfOutput(signature, holdoutOutputs),
            PredictedClasses = PredictedClass.Count(signature, holdoutOutputs),
        };
    }

    /// <summary>
    /// The slot that represents a feature: its own, the hour of a timestamp, or how many words and pairs of a text are
    /// known: few, if texts come in another language or are about something else.
    /// </summary>
    public static int ProfiledSlot(Signature signature, int feature)
    {
        var last = -1;
        for (var s = 0; s < signature.Slots.Count; s++)
        {
            if (signature.Slots[s].Feature != feature) continue;
            if (signature.Features[feature].Type == ColumnType.Text) return s;
            last = s;
        }

        return last;
    }

    private static FeatureProfile OfOutput(Signature signature, double[] outputs)
    {
        var values = Array.ConvertAll(outputs, Utf8NumberParser.ToFloat);
        double[] edges = signature.Task == ModelTask.Binary
            ? [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
            : Edges(ColumnType.Numeric, values);
        return OfNumbers(signature.Label, ColumnType.Numeric, values, edges);
    }

    private static double[] Edges(ColumnType type, float[] values)
    {
        if (type == ColumnType.Boolean) return [0.5];
        if (type == ColumnType.Timestamp) return [4, 8, 12, 16, 20];

        var present = Array.FindAll(values, v => !float.IsNaN(v));
        if (present.Length == 0) return [0];
        RadixSort.Ascending(present);
        // The bin below the smallest value is empty in training, so that lower traffic stands out.
        var edges = new SortedSet<double> { MathF.BitDecrement(present[0]) };
        for (var i = 1; i < Bins; i++) edges.Add(present[(int)((long)i * present.Length / Bins)]);
        edges.Add(present[^1]);
        return [.. edges];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static FeatureProfile OfNumbers(string name, ColumnType type, float[] values, double[] edges)
    {
        var bins = new ProfileBins(edges);
        var counts = new long[bins.Count];
        var missing = 0L;
        var (min, max, mean, squares, n) = (double.PositiveInfinity, double.NegativeInfinity, 0.0, 0.0, 0L);
        foreach (var v in values)
        {
            if (float.IsNaN(v))
            {
                missing++;
                continue;
            }

            counts[bins.Of(v)]++;
            (min, max) = (Math.Min(min, v), Math.Max(max, v));
            // Welford's update: one pass, without the cancellation between large sums.
            n++;
            var delta = v - mean;
            mean += delta / n;
            squares += delta * (v - mean);
        }

        return new FeatureProfile
        {
            Name = name,
            Type = type,
            Rows = values.Length,
            Missing = missing,
            Edges = edges,
            Counts = counts,
            Minimum = n > 0 ? min : null,
            Maximum = n > 0 ? max : null,
            Mean = n > 0 ? mean : null,
            StandardDeviation = n > 0 ? Math.Sqrt(squares / n) : null,
        };
    }

    private static FeatureProfile OfCategories(SignatureFeature feature, float[] codes, int cardinality)
    {
        var counts = new long[cardinality + 1];
        var missing = 0L;
        foreach (var code in codes)
        {
            if (float.IsNaN(code)) missing++;
            else counts[(int)code]++;
        }

        return new FeatureProfile
        {
            Name = feature.Name,
            Type = feature.Type,
            Rows = codes.Length,
            Missing = missing,
            Counts = counts,
        };
    }
}
