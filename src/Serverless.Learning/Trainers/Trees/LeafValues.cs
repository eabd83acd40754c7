using System.Runtime.CompilerServices;
using Serverless.Learning.Numerics;
using Serverless.Learning.Objectives;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Computes the leaf values of a grown tree from the exact gradients, not from the quantised ones that found the
/// splits. Sums in fixed point, so that the order of the rows does not matter.
/// </summary>
internal sealed unsafe class LeafValues(
    Objective objective, float[] labels, GradientEntries gradients, RowLists lists, TreeSettings settings,
    SpinWorkers crew)
{
    private const int BlockRows = 8192;

    /// <param name="raw">The raw scores that the tree adds to.</param>
    public double[] Of(GrownTree tree, GradientScale scale, int output, double[] raw)
    {
        var values = objective.HasLeafValues ? OfResiduals(tree, raw) : OfGradients(tree, scale, output);
        for (var leaf = 0; leaf < values.Length; leaf++)
        {
            values[leaf] = settings.LearningRate
                * Math.Clamp(values[leaf], tree.Bounds[leaf].Low, tree.Bounds[leaf].High);
        }

        return values;
    }

    private double[] OfResiduals(GrownTree tree, double[] raw)
    {
        var values = new double[tree.Rows.Length];
        crew.For(values.Length, (leaf, _) =>
        {
            var entries = lists.Of(tree.Rows[leaf]);
            var residuals = new float[tree.Rows[leaf].Count];
            for (var i = 0; i < residuals.Length; i++)
            {
                var row = (int)(uint)entries[i];
                residuals[i] = (float)Math.Clamp(labels[row] - raw[row], -float.MaxValue, float.MaxValue);
            }

            values[leaf] = objective.LeafValue(residuals);
        });
        return values;
    }

    private double[] OfGradients(GrownTree tree, GradientScale scale, int output)
    {
        var outputs = gradients.Outputs;
        var constant = gradients.Hessians.Length == 0;
        var rows = tree.Rows.Sum(r => r.Count);
        var (gradientUnit, hessianUnit) = (FixedPoint(scale.MaxGradient, rows), FixedPoint(scale.MaxHessian, rows));
        var (gradientSums, hessianSums) = (new long[tree.Rows.Length], new long[tree.Rows.Length]);
        ForBlocks(tree, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (leaf, entries, count) =>
        {
            var allGradients = gradients.Gradients;
            var allHessians = gradients.Hessians;
            var (gradient, hessian) = (0L, 0L);
            for (var i = 0; i < count; i++)
            {
                var at = ((int)(uint)((ulong*)entries)[i] * outputs) + output;
                gradient += double.ConvertToIntegerNative<long>(allGradients[at] * gradientUnit);
                if (!constant) hessian += double.ConvertToIntegerNative<long>(allHessians[at] * hessianUnit);
            }

            Interlocked.Add(ref gradientSums[leaf], gradient);
            Interlocked.Add(ref hessianSums[leaf], hessian);
        });

        var values = new double[tree.Rows.Length];
        for (var leaf = 0; leaf < values.Length; leaf++)
        {
            var hessian = constant
                ? tree.Rows[leaf].Count * gradients.ConstantHessian
                : hessianSums[leaf] / hessianUnit;
            values[leaf] = -(gradientSums[leaf] / gradientUnit) / (hessian + settings.Lambda);
        }

        return values;
    }

    /// <summary>Adds each leaf's value to every <paramref name="outputs"/>-th raw score of the leaf's rows.</summary>
    public void AddTo(double[] raw, int output, int outputs, GrownTree tree, double[] values) =>
        ForBlocks(tree, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (leaf, entries, count) =>
        {
            var value = values[leaf];
            for (var i = 0; i < count; i++) raw[((int)(uint)((ulong*)entries)[i] * outputs) + output] += value;
        });

    /// <summary>
    /// The power of two that scales numbers up to <paramref name="max"/> so that the sum over <paramref name="rows"/>
    /// fits 63 bits.
    /// </summary>
    private static double FixedPoint(double max, int rows)
    {
        if (max <= 0) return 1;
        var bits = Math.ILogB(max) + 1 + Math.ILogB(Math.Max(rows, 1)) + 1;
        return Math.ScaleB(1, Math.Clamp(62 - bits, -1000, 1000));
    }

    private void ForBlocks(GrownTree tree, Action<int, nint, int> body)
    {
        var blocks = new List<(int Leaf, int From, int Count)>();
        foreach (var (leaf, range) in tree.Rows.Index())
        {
            for (var from = 0; from < range.Count; from += BlockRows)
            {
                blocks.Add((leaf, from, Math.Min(BlockRows, range.Count - from)));
            }
        }

        crew.For(blocks.Count, (block, _) =>
        {
            var (leaf, from, count) = blocks[block];
            body(leaf, (nint)(lists.Of(tree.Rows[leaf]) + from), count);
        });
    }
}
