using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Serverless.Training.Trees;

/// <summary>
/// Turns gradients and hessians into small integers, so that sums over rows are exact and do not depend on their order,
/// and so that both sums fit one 64-bit word: the gradients' in its upper half, the hessians' in the lower (Shi et al.,
/// 'Quantized training of gradient boosting decision trees', NeurIPS 2022). As many bits as the number of rows leaves,
/// at most 16; rounding is stochastic, so that sums are right on average.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct GradientScale
{
    private const int MostGradientSteps = short.MaxValue;
    private const int MostHessianSteps = ushort.MaxValue;

    /// <summary>Below this a number counts as 0: its inverse would overflow.</summary>
    private const double Nothing = 1e-290;

    private readonly double _gradientsPerStep;
    private readonly double _hessiansPerStep;

    /// <param name="maxGradient">Largest absolute gradient, finite.</param>
    /// <param name="maxHessian">Largest hessian, finite.</param>
    /// <param name="constantHessian">Whether every hessian is the largest: then a sum of hessians counts rows.</param>
    /// <param name="rows">How many rows a sum can have at most.</param>
    public GradientScale(double maxGradient, double maxHessian, bool constantHessian, int rows)
    {
        var gradientSteps = Math.Min(MostGradientSteps, int.MaxValue / Math.Max(1, rows));
        var hessianSteps = constantHessian ? 1 : (int)Math.Min(MostHessianSteps, uint.MaxValue / (uint)Math.Max(1, rows));
        _gradientsPerStep = maxGradient > Nothing ? gradientSteps / maxGradient : 0;
        _hessiansPerStep = maxHessian > Nothing ? hessianSteps / maxHessian : 0;
        (MaxGradient, MaxHessian) = (maxGradient, maxHessian);
        GradientStep = maxGradient / gradientSteps;
        HessianStep = maxHessian / hessianSteps;
        ConstantHessian = constantHessian;
    }

    public double MaxGradient { get; }

    public double MaxHessian { get; }

    public double GradientStep { get; }

    public double HessianStep { get; }

    public bool ConstantHessian { get; }

    /// <summary>The row's index in the lower half, then its hessian, then its gradient.</summary>
    /// <param name="noise">Random bits, of the row and the round.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Entry(int row, double gradient, double hessian, uint noise)
    {
        const double Unit = 1.0 / (1 << 16);
        var steps = (int)Math.Floor((gradient * _gradientsPerStep) + ((noise & 0xFFFF) * Unit));
        var hessians = ConstantHessian ? 1 : (int)((Math.Max(hessian, 0) * _hessiansPerStep) + ((noise >> 16) * Unit));
        return ((ulong)(ushort)(short)steps << 48) | ((ulong)(ushort)hessians << 32) | (uint)row;
    }

    /// <summary>The word that a row adds to a histogram.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Word(ulong entry) => ((long)entry >> 48 << 32) + (long)((entry >> 32) & 0xFFFF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Gradients(long sum) => (int)(sum >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hessians(long sum) => (uint)sum;

    public double Gradient(long sum) => Gradients(sum) * GradientStep;

    public double Hessian(long sum) => Hessians(sum) * HessianStep;

    /// <summary>Unrelated bits for each row and round (the finalizer of MurmurHash3, by Appleby).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Noise(uint seed, uint row)
    {
        var h = row ^ seed;
        h = (h ^ (h >> 16)) * 0x85EBCA6B;
        h = (h ^ (h >> 13)) * 0xC2B2AE35;
        return h ^ (h >> 16);
    }
}
