using System.Runtime.CompilerServices;
using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>Finds the best split of a leaf by one slot, from the slot's part of the leaf's histogram.</summary>
internal readonly struct SplitFinder
{
    private readonly TreeSettings _settings;
    private readonly GradientScale _scale;
    private readonly long _total;

    /// <summary>Gains in units of steps are turned into those of the loss by this.</summary>
    private readonly double _gainUnit;
    private readonly double _hessianStep;

    /// <summary>
    /// The least sum of hessians, in steps, on either side of a split. A side's rows are estimated by its share of the
    /// leaf's hessians (as in LightGBM); where hessians are all the same, that is their exact number.
    /// </summary>
    private readonly uint _minHessian;

    /// <summary>In steps of the gradient by steps of the hessian.</summary>
    private readonly LeafBounds _bounds;
    private readonly double _valueUnit;

    /// <param name="total">Sum over the leaf.</param>
    /// <param name="rows">The leaf's number of rows.</param>
    /// <param name="bounds">Of the leaf's value.</param>
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

    /// <summary>Every threshold, with missing values on the right and on the left, and missing values against all others.</summary>
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

        // Where this leaf saw no missing value, a later one goes with the majority.
        if (missing == 0) best.MissingLeft = MostGoLeft(best);
    }

    /// <summary>As <see cref="FindNumeric"/>, where leaf values have bounds and slots directions.</summary>
    private void FindBounded(ReadOnlySpan<long> histogram, int direction, ref TreeSplit best)
    {
        var missing = histogram[BinnedColumn.MissingBin];
        var left = 0L;
        for (var bin = 1; bin < histogram.Length; bin++)
        {
            if (histogram[bin] == 0) continue;
            left += histogram[bin];
            if (ImprovesBounded(left, _settings.Lambda / _hessianStep, direction, ref best)) (best.Bin, best.MissingLeft) = (bin, false);
            if (missing != 0 && ImprovesBounded(left + missing, _settings.Lambda / _hessianStep, direction, ref best))
            {
                (best.Bin, best.MissingLeft) = (bin, true);
            }
        }

        if (missing == 0) best.MissingLeft = MostGoLeft(best);
    }

    /// <param name="price">What the split must gain besides.</param>
    private bool ImprovesBounded(long left, double lambda, int direction, ref TreeSplit best, double price = 0)
    {
        var right = _total - left;
        if (GradientScale.Hessians(left) < _minHessian || GradientScale.Hessians(right) < _minHessian) return false;
        var (leftValue, rightValue) = (Value(left, lambda), Value(right, lambda));
        if ((rightValue - leftValue) * direction < 0) return false;
        var gain = Fall(left, leftValue, lambda) + Fall(right, rightValue, lambda) - Fall(_total, Value(_total, lambda), lambda) - price;
        if (!(gain > best.Gain)) return false;
        best.Gain = gain;
        best.Left = left;
        best.Middle = (leftValue + rightValue) / 2 * _valueUnit;
        return true;
    }

    private double Value(long sum, double lambda) =>
        Math.Clamp(-GradientScale.Gradients(sum) / (GradientScale.Hessians(sum) + lambda), _bounds.Low, _bounds.High);

    /// <summary>Twice how much the loss falls with a value for all rows.</summary>
    private static double Fall(long sum, double value, double lambda) =>
        -value * ((2.0 * GradientScale.Gradients(sum)) + ((GradientScale.Hessians(sum) + lambda) * value));

    /// <summary>
    /// Bins in order of gradient by hessian need only be cut once (Fisher, 'On grouping for maximum homogeneity',
    /// 1958). Rare categories are drawn to the leaf's mean, so that noise does not put them at the ends; those with less
    /// than half of what a leaf needs stay on the right.
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
            categories[count++] = ((_scale.Gradient(sum) + (smoothing * mean)) / (_scale.Hessian(sum) + smoothing), bin);
            hessians += GradientScale.Hessians(sum);
            roots += Math.Sqrt(GradientScale.Hessians(sum));
        }

        if (count == 0) return;
        categories = categories[..count];
        categories.Sort(); // by key, then by bin

        // Choosing among so many groupings overfits; a stronger penalty than a threshold's pays for the choice.
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

        // Categories that this leaf saw no row of go with the majority.
        for (var bin = 0; bin <= byte.MaxValue; bin++)
        {
            if (bin >= histogram.Length || histogram[bin] == 0) best.Bins.Add(bin);
        }
    }

    /// <summary>
    /// What the best grouping gains where categories say nothing: those with a positive sum of gradients against the others.
    /// Of k equal ones, 2/π (k − 1) times the gradients' dispersion. Without it a slot with hundreds of categories wins over
    /// one with a few that say much (Strobl et al., 'Unbiased split selection for classification trees', 2007, on the bias).
    /// </summary>
    /// <param name="roots">Sum of the square roots of the categories' hessians.</param>
    private double GainByChance(double hessians, double roots) =>
        2 / Math.PI * ((roots * roots / hessians) - 1) * _scale.Dispersion / _gainUnit;

    private bool MostGoLeft(in TreeSplit split) => 2L * GradientScale.Hessians(split.Left) >= GradientScale.Hessians(_total);

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
