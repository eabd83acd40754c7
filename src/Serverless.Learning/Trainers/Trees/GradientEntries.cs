using System.Runtime.CompilerServices;
using Serverless.Learning.Numerics;
using Serverless.Learning.Objectives;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>The gradients and hessians of one round, and the entries that a tree is grown from.</summary>
internal sealed unsafe class GradientEntries
{
    private const int BlockRows = 4096;

    private readonly Objective _objective;
    private readonly float[] _labels;
    private readonly SpinWorkers _crew;
    private readonly bool _measuresDispersion;
    private readonly float[] _gradients;
    private readonly float[] _hessians;

    /// <param name="measuresDispersion">Whether <see cref="GradientScale.Dispersion"/> is needed.</param>
    public GradientEntries(Objective objective, float[] labels, bool measuresDispersion, SpinWorkers crew)
    {
        (_objective, _labels, _measuresDispersion, _crew) = (objective, labels, measuresDispersion, crew);
        _gradients = new float[checked(labels.Length * objective.Outputs)];
        _hessians = objective.ConstantHessian is null ? new float[_gradients.Length] : [];
    }

    /// <summary>Gradients of every row and output, row by row.</summary>
    public ReadOnlySpan<float> Gradients => _gradients;

    /// <summary>As <see cref="Gradients"/>; empty if the hessian is constant.</summary>
    public ReadOnlySpan<float> Hessians => _hessians;

    public int Outputs => _objective.Outputs;

    public double ConstantHessian => _objective.ConstantHessian ?? 0;

    public void Compute(double[] raw)
    {
        var outputs = Outputs;
        _crew.ForBlocks(_labels.Length, BlockRows,
            [MethodImpl(MethodImplOptions.AggressiveOptimization)] (from, to, _) => _objective.Derivatives(
            raw.AsSpan(from * outputs, (to - from) * outputs),
            _labels.AsSpan(from, to - from),
            _gradients.AsSpan(from * outputs, (to - from) * outputs),
            _hessians.Length == 0 ? [] : _hessians.AsSpan(from * outputs, (to - from) * outputs)));
    }

    /// <param name="rows">The tree's rows; null for all.</param>
    /// <param name="seed">Seed of the rounding.</param>
    /// <returns>The quantisation of gradients, and the sum and number of the entries written.</returns>
    public (GradientScale Scale, long Sum, int Count) Write(RowLists lists, int output, int[]? rows, uint seed)
    {
        var outputs = Outputs;
        var count = rows?.Length ?? _labels.Length;
        var (maxGradient, maxHessian, dispersion) = Spread(output);
        var scale =
            new GradientScale(maxGradient, maxHessian, _hessians.Length == 0, count) { Dispersion = dispersion };
        var entries = (nint)lists.Of(new RowRange(0, 0, count));
        var sum = 0L;
        _crew.ForBlocks(count, BlockRows, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (from, to, _) =>
        {
            var target = (ulong*)entries;
            var part = 0L;
            if (rows is null && outputs == 1)
            {
                var hessians = scale.ConstantHessian ? [] : _hessians.AsSpan(from, to - from);
                part = scale.Write(target + from, from, _gradients.AsSpan(from, to - from), hessians, seed);
            }
            else
            {
                for (var i = from; i < to; i++)
                {
                    var row = rows is null ? i : rows[i];
                    var at = (row * outputs) + output;
                    target[i] = scale.Entry(row, _gradients[at], scale.ConstantHessian ? 0 : _hessians[at], seed);
                    part += GradientScale.Word(target[i]);
                }
            }

            Interlocked.Add(ref sum, part);
        });
        return (scale, sum, count);
    }

    /// <returns>
    /// The largest absolute gradient and hessian, and the ratio of the sum of squared gradients to that of the
    /// hessians.
    /// </returns>
    private (double Gradient, double Hessian, double Dispersion) Spread(int output)
    {
        var outputs = Outputs;
        var blocks =
            new (float Gradient, float Hessian, double Squares, double Hessians)[(_labels.Length / BlockRows) + 1];
        _crew.ForBlocks(_labels.Length, BlockRows,
            [MethodImpl(MethodImplOptions.AggressiveOptimization)] (from, to, _) =>
            {
                var block = (Gradient: 0f, Hessian: 0f, Squares: 0.0, Hessians: 0.0);
                for (var at = (from * outputs) + output; at < to * outputs; at += outputs)
                {
                    block.Gradient = MathF.Max(block.Gradient, MathF.Abs(_gradients[at]));
                    if (_hessians.Length > 0) block.Hessian = MathF.Max(block.Hessian, _hessians[at]);
                }

                for (var at = (from * outputs) + output; _measuresDispersion && at < to * outputs; at += outputs)
                {
                    block.Squares += (double)_gradients[at] * _gradients[at];
                    if (_hessians.Length > 0) block.Hessians += _hessians[at];
                }

                blocks[from / BlockRows] = block;
            });
        var hessians = _objective.ConstantHessian * _labels.Length ?? blocks.Sum(b => b.Hessians);
        return (
            blocks.Max(b => b.Gradient),
            _objective.ConstantHessian ?? blocks.Max(b => b.Hessian),
            hessians > 0 ? blocks.Sum(b => b.Squares) / hessians : 0);
    }
}
