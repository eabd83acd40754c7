using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Training.Trees;

/// <summary>
/// Turns the gradient, hessian and count of a row into two integers, so that sums over rows are exact and do not
/// depend on their order: the first is the gradient, the second the count above the hessian. Adding rows and
/// subtracting histograms is then one 128-bit instruction. (Integer gradients as such: Shi et al., 'Quantized
/// training of gradient boosting decision trees', NeurIPS 2022; ours keep up to 30 bits.)
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct GradientScale
{
    private const int GradientBits = 30;

    /// <summary>Below this a number counts as 0: its inverse would overflow.</summary>
    private const double Nothing = 1e-290;

    private readonly double _gradientStep;
    private readonly double _hessianStep;
    private readonly double _gradientsPerStep;
    private readonly double _hessiansPerStep;
    private readonly int _countShift;

    /// <param name="maxGradient">Largest absolute gradient, finite.</param>
    /// <param name="maxHessian">Largest hessian, finite.</param>
    /// <param name="rows">How many rows a sum can have at most.</param>
    public GradientScale(double maxGradient, double maxHessian, int rows)
    {
        // The sum of n hessians of b bits stays below 2^(b + bits of n), where the counts begin.
        var countBits = 32 - BitOperations.LeadingZeroCount((uint)rows);
        _countShift = 63 - countBits;
        var hessianBits = Math.Min(GradientBits, _countShift - countBits);
        _gradientsPerStep = maxGradient > Nothing ? (1L << GradientBits) / maxGradient : 0;
        _hessiansPerStep = maxHessian > Nothing ? (1L << hessianBits) / maxHessian : 0;
        _gradientStep = maxGradient / (1L << GradientBits);
        _hessianStep = maxHessian / (1L << hessianBits);
    }

    public Vector128<long> Quantize(double gradient, double hessian) => Vector128.Create(
        (long)Math.Round(gradient * _gradientsPerStep),
        (1L << _countShift) + (long)Math.Round(Math.Max(hessian, 0) * _hessiansPerStep));

    public double Gradient(Vector128<long> sum) => sum.GetElement(0) * _gradientStep;

    public double Hessian(Vector128<long> sum) => (sum.GetElement(1) & ((1L << _countShift) - 1)) * _hessianStep;

    public int Count(Vector128<long> sum) => (int)(sum.GetElement(1) >> _countShift);
}
