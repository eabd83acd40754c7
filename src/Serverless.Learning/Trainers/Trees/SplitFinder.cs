using System.Runtime.CompilerServices;
using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>Finds the best split of a leaf by one slot from the slot's histogram.</summary>
internal readonly struct SplitFinder
{
    private readonly TreeSettings _settings;
    private readonly GradientScale _scale;
    private readonly long _total;

    /// <summary>Converts gains in units of steps to those of the loss.</summary>
    private readonly double _gainUnit;
    private readonly double _hessianStep;

    /// <summary>
    /// Min sum of hessians, in steps, on either side of a split. A side's number of rows is estimated by its share of
    /// the leaf's hessians (as in LightGBM); for constant hessians it is exact.
    /// </summary>
    private readonly uint _minHessian;

    /// <summary>Bounds of the value, in gradient steps per hessian step.</summary>
    private readonly LeafBounds _bounds;
    private readonly double _valueUnit;

    /// <param name="total">Sum over the leaf.</param>
    /// <param name="rows">Number of rows of the leaf.</param>
    /// <param name="bounds">Bounds of the leaf's value.</param>
    public SplitFinder(GradientScale scale, TreeSettings settings, long total, int rows, LeafBounds bounds)
    {
        (_scale, _settings, _total) = (scale, settings, total);
        _hessianStep = scale.HessianStep > 0 ? scale.HessianStep : 1;
        _gainUnit = scale.GradientStep / _hessianStep * scale.GradientStep;
        _valueUnit = scale.GradientStep > 0 ? scale.GradientStep / _hessianStep : 1;
        _bounds = new LeafBounds(bounds.Low / _valueUnit, bounds.High / _valueUnit);
        var byRows = (double)settings.MinRows * GradientScale.Hessians(total) / rows;
        var byHessian = settings.MinHessian / _hessianStep;
        _minHessian = (uint)Math.Clamp(Math.Ceiling(Math.Max(byRows, byHessian) - 1e-9), 1, uint.MaxValue);
    }

    /// <param name="histogram">Sums by bin.</param>
    public TreeSplit Find(int slot, BinnedColumn column, ReadOnlySpan<long> histogram)
    {
        var best = new TreeSplit { Slot = slot };
        if (column.IsCategorical) FindCategorical(histogram, ref best);
        else FindNumeric(histogram, ref best);
        best.Gain *= _gainUnit;
        return best;
    }

    /// <summary>
    /// Tries every threshold with missing values on either side, and missing values against all others.
    /// </summary>
    private void FindNumeric(ReadOnlySpan<long> histogram, ref TreeSplit best)
    {
        if (_settings.Monotone.Length > 0)
        {
            FindBounded(histogram, _settings.Monotone[best.Slot], ref best);
            return;
        }

        var lambda = _settings.Lambda / _hessianStep;
        var score = Score(_total, lambda);
        var missing = histogram[BinnedColumn.MissingBin];
        var left = 0L;
        for (var bin = 1; bin < histogram.Length; bin++)
        {
            if (histogram[bin] == 0) continue;
            left += histogram[bin];
            if (Improves(left, score, lambda, ref best))
            {
                best.Bin = bin;
                best.MissingLeft = false;
            }

            if (missing != 0 && Improves(left + missing, score, lambda, ref best))
            {
                best.Bin = bin;
                best.MissingLeft = true;
            }
        }

        // Without missing values in the leaf, later ones go with the majority.
        if (missing == 0) best.MissingLeft = MostGoLeft(best);
    }

    /// <summary>As <see cref="FindNumeric"/>, with monotone slots and bounded leaf values.</summary>
    private void FindBounded(ReadOnlySpan<long> histogram, int direction, ref TreeSplit best)
    {
        var missing = histogram[BinnedColumn.MissingBin];
        var left = 0L;
        for (var bin = 1; bin < histogram.Length; bin++)
        {
            if (histogram[bin] == 0) continue;
            left += histogram[bin];
            if (ImprovesBounded(left, _settings.Lambda / _hessianStep, direction, ref best))
            {
                (best.Bin, best.MissingLeft) = (bin, false);
            }

            if (missing != 0 && ImprovesBounded(left + missing, _settings.Lambda / _hessianStep, direction, ref best))
            {
                (best.Bin, best.MissingLeft) = (bin, true);
            }
        }

        if (missing == 0) best.MissingLeft = MostGoLeft(best);
    }

    /// <param name="price">Min gain of the split.</param>
    private bool ImprovesBounded(long left, double lambda, int direction, ref TreeSplit best, double price = 0)
    {
        var right = _total - left;
        if (GradientScale.Hessians(left) < _minHessian || GradientScale.Hessians(right) < _minHessian) return false;
        var (leftValue, rightValue) = (Value(left, lambda), Value(right, lambda));
        if ((rightValue - leftValue) * direction < 0) return false;
        var gain = Fall(left, leftValue, lambda) + Fall(right, rightValue, lambda)
            - Fall(_total, Value(_total, lambda), lambda) - price;
        if (!(gain > best.Gain)) return false;
        best.Gain = gain;
        best.Left = left;
        best.Middle = (leftValue + rightValue) / 2 * _valueUnit;
        return true;
    }

    private double Value(long sum, double lambda) =>
        Math.Clamp(-GradientScale.Gradients(sum) / (GradientScale.Hessians(sum) + lambda), _bounds.Low, _bounds.High);

    /// <summary>Twice the loss reduction when all rows take the value.</summary>
    private static double Fall(long sum, double value, double lambda) =>
        -value * ((2.0 * GradientScale.Gradients(sum)) + ((GradientScale.Hessians(sum) + lambda) * value));

    /// <summary>
    /// Categories ordered by gradient over hessian need only one cut (Fisher, 'On grouping for maximum homogeneity',
    /// 1958). Rare categories are shrunk towards the leaf's mean, which keeps noise away from the ends; those with less
    /// than half of a leaf's minimum stay on the right.
    /// </summary>
    private void FindCategorical(ReadOnlySpan<long> histogram, ref TreeSplit best)
    {
        Span<(double Key, int Bin)> categories = stackalloc (double, int)[BinnedColumn.MaxValueBins + 2];
        var (count, smoothing) = (0, _settings.CategorySmoothing);
        var (hessians, roots) = (0.0, 0.0);
        var mean = _scale.Gradient(_total) / (_scale.Hessian(_total) + _settings.Lambda);
        for (var bin = 0; bin < histogram.Length; bin++)
        {
            var sum = histogram[bin];
            if (sum == 0 || 2.0 * GradientScale.Hessians(sum) < _minHessian) continue;
            categories[count++] = (
                (_scale.Gradient(sum) + (smoothing * mean)) / (_scale.Hessian(sum) + smoothing), bin);
            hessians += GradientScale.Hessians(sum);
            roots += Math.Sqrt(GradientScale.Hessians(sum));
        }

        if (count == 0) return;
        categories = categories[..count];
        categories.Sort(); // by key, then by bin

        // Choosing among many groupings overfits; a stronger penalty than a threshold's compensates.
        var lambda = (_settings.Lambda + smoothing) / _hessianStep;
        var price = GainByChance(hessians, roots);
        var score = Score(_total, lambda) + price;
        var (left, taken) = (0L, 0);
        for (var i = 0; i < count; i++)
        {
            left += histogram[categories[i].Bin];
            var improves = _settings.Monotone.Length > 0
                ? ImprovesBounded(left, lambda, 0, ref best, price)
                : Improves(left, score, lambda, ref best);
            if (improves) taken = i + 1;
        }

        if (taken == 0) return;
        foreach (var category in categories[..taken]) best.Bins.Add(category.Bin);
        if (!MostGoLeft(best)) return;

        // Categories absent from this leaf go with the majority.
        for (var bin = 0; bin <= byte.MaxValue; bin++)
        {
            if (bin >= histogram.Length || histogram[bin] == 0) best.Bins.Add(bin);
        }
    }

    /// <summary>
    /// Expected gain of the best grouping of uninformative categories: those with a positive sum of gradients against
    /// the others. For k equal ones, 2/π (k − 1) times the gradients' dispersion. Without this correction a slot with
    /// hundreds of categories beats an informative one with few (the bias is in Strobl et al., 'Unbiased split
    /// selection for classification trees', 2007).
    /// </summary>
    /// <param name="roots">Sum of the square roots of the categories' hessians.</param>
    private double GainByChance(double hessians, double roots) =>
        2 / Math.PI * ((roots * roots / hessians) - 1) * _scale.Dispersion / _gainUnit;

    private bool MostGoLeft(in TreeSplit split) =>
        2L * GradientScale.Hessians(split.Left) >= GradientScale.Hessians(_total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Improves(long left, double score, double lambda, ref TreeSplit best)
    {
        var right = _total - left;
        if (GradientScale.Hessians(left) < _minHessian || GradientScale.Hessians(right) < _minHessian) return false;
        var gain = Score(left, lambda) + Score(right, lambda) - score;
        if (!(gain > best.Gain)) return false;
        best.Gain = gain;
        best.Left = left;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Score(long sum, double lambda)
    {
        double gradient = GradientScale.Gradients(sum);
        return gradient * gradient / (GradientScale.Hessians(sum) + lambda);
    }
}
