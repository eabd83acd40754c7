using System.Runtime.Intrinsics;

namespace Serverless.Training.Trees;

/// <summary>Finds the best split of a leaf by one slot, from the slot's part of the leaf's histogram.</summary>
internal readonly struct SplitFinder(GradientScale scale, TreeSettings settings)
{
    /// <param name="histogram">Sums by bin.</param>
    /// <param name="total">Sum over the leaf.</param>
    public Split Find(int slot, BinnedColumn column, ReadOnlySpan<Vector128<long>> histogram, Vector128<long> total)
    {
        var best = new Split { Slot = slot };
        if (column.IsCategorical) FindCategorical(histogram, total, ref best);
        else FindNumeric(histogram, total, ref best);
        return best;
    }

    /// <summary>Every threshold, with missing values on the right and on the left, and missing values against all others.</summary>
    private void FindNumeric(ReadOnlySpan<Vector128<long>> histogram, Vector128<long> total, ref Split best)
    {
        var score = Score(total, settings.Lambda);
        var missing = histogram[BinnedColumn.MissingBin];
        var anyMissing = missing != Vector128<long>.Zero;
        var left = Vector128<long>.Zero;
        for (var bin = 1; bin < histogram.Length; bin++)
        {
            if (histogram[bin] == Vector128<long>.Zero) continue;
            left += histogram[bin];
            if (Improves(left, total, score, settings.Lambda, ref best))
            {
                best.Bin = bin;
                best.MissingLeft = false;
            }

            if (anyMissing && Improves(left + missing, total, score, settings.Lambda, ref best))
            {
                best.Bin = bin;
                best.MissingLeft = true;
            }
        }

        // Where this leaf saw no missing value, a later one goes with the majority.
        if (!anyMissing) best.MissingLeft = MostGoLeft(best, total);
    }

    /// <summary>
    /// Bins in order of gradient by hessian need only be cut once (Fisher, 'On grouping for maximum homogeneity',
    /// 1958). Rare categories are drawn to the leaf's mean, so that noise does not put them at the ends.
    /// </summary>
    private void FindCategorical(ReadOnlySpan<Vector128<long>> histogram, Vector128<long> total, ref Split best)
    {
        Span<(double Key, int Bin)> categories = stackalloc (double, int)[BinnedColumn.MaxValueBins + 2];
        var (count, smoothing) = (0, settings.CategorySmoothing);
        var mean = scale.Gradient(total) / (scale.Hessian(total) + settings.Lambda);
        for (var bin = 0; bin < histogram.Length; bin++)
        {
            var sum = histogram[bin];
            if (sum == Vector128<long>.Zero) continue;
            categories[count++] = ((scale.Gradient(sum) + (smoothing * mean)) / (scale.Hessian(sum) + smoothing), bin);
        }

        categories = categories[..count];
        categories.Sort(); // by key, then by bin

        // Choosing among so many groupings overfits; a stronger penalty than a threshold's pays for the choice.
        var lambda = settings.Lambda + smoothing;
        var score = Score(total, lambda);
        var (left, taken) = (Vector128<long>.Zero, 0);
        for (var i = 0; i + 1 < count; i++)
        {
            left += histogram[categories[i].Bin];
            if (Improves(left, total, score, lambda, ref best)) taken = i + 1;
        }

        if (taken == 0) return;
        foreach (var category in categories[..taken]) best.Bins.Add(category.Bin);
        if (!MostGoLeft(best, total)) return;

        // Categories that this leaf saw no row of go with the majority.
        for (var bin = 0; bin <= byte.MaxValue; bin++)
        {
            if (bin >= histogram.Length || histogram[bin] == Vector128<long>.Zero) best.Bins.Add(bin);
        }
    }

    private bool MostGoLeft(in Split split, Vector128<long> total) => 2L * scale.Count(split.Left) >= scale.Count(total);

    private bool Improves(Vector128<long> left, Vector128<long> total, double score, double lambda, ref Split best)
    {
        var right = total - left;
        if (scale.Count(left) < settings.MinRows || scale.Count(right) < settings.MinRows) return false;
        if (scale.Hessian(left) < settings.MinHessian || scale.Hessian(right) < settings.MinHessian) return false;
        var gain = Score(left, lambda) + Score(right, lambda) - score;
        if (!(gain > best.Gain)) return false;
        best.Gain = gain;
        best.Left = left;
        return true;
    }

    private double Score(Vector128<long> sum, double lambda)
    {
        var gradient = scale.Gradient(sum);
        return gradient * gradient / (scale.Hessian(sum) + lambda);
    }
}
