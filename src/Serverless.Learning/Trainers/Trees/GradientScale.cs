using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Quantises gradients and hessians, so that sums over rows are exact and independent of their order, and both sums fit
/// one 64-bit word: the gradients' in its upper half, the hessians' in the lower (Shi et al., 'Quantized training of
/// gradient boosting decision trees', NeurIPS 2022). Uses as many bits as the number of rows leaves, at most 16;
/// stochastic rounding keeps sums unbiased.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct GradientScale
{
    private const int MaxGradientSteps = short.MaxValue;
    private const int MaxHessianSteps = ushort.MaxValue;

    private const double Nothing = 1e-30;

    private readonly int _gradientSteps;
    private readonly int _hessianSteps;
    private readonly double _gradientsPerStep;
    private readonly double _hessiansPerStep;

    /// <param name="maxGradient">Largest absolute gradient, finite.</param>
    /// <param name="maxHessian">Largest hessian, finite.</param>
    /// <param name="constantHessian">Whether all hessians are equal: a sum of hessians then counts rows.</param>
    /// <param name="rows">Max rows of a sum.</param>
    public GradientScale(double maxGradient, double maxHessian, bool constantHessian, int rows)
    {
        _gradientSteps = Math.Min(MaxGradientSteps, int.MaxValue / Math.Max(1, rows));
        _hessianSteps = constantHessian ? 1 : (int)Math.Min(MaxHessianSteps, uint.MaxValue / (uint)Math.Max(1, rows));
        (MaxGradient, MaxHessian) = (maxGradient, maxHessian);

        // Smaller numbers count as 0: their inverse would overflow a float.
        _gradientsPerStep = maxGradient > Nothing ? _gradientSteps / maxGradient : 0;
        _hessiansPerStep = maxHessian > Nothing ? _hessianSteps / maxHessian : 0;
        GradientStep = maxGradient / _gradientSteps;
        HessianStep = maxHessian / _hessianSteps;
        ConstantHessian = constantHessian;
    }

    /// <summary>The gradients' dispersion: the mean gain of a random split.</summary>
    public double Dispersion { get; init; }

    public double MaxGradient { get; }

    public double MaxHessian { get; }

    public double GradientStep { get; }

    public double HessianStep { get; }

    public bool ConstantHessian { get; }

    /// <summary>An entry has the row's index in its lower half, then its hessian, then its gradient.</summary>
    /// <param name="gradients">Gradients of the rows from <paramref name="firstRow"/> on.</param>
    /// <param name="hessians">Empty if constant.</param>
    /// <param name="seed">Seed of the stochastic rounding, combined with the row's index.</param>
    /// <returns>The sum of the entries' words.</returns>
    public long Write(
        ulong* entries, int firstRow, ReadOnlySpan<float> gradients, ReadOnlySpan<float> hessians, uint seed)
    {
        var rows = Vector256.Create(firstRow).AsUInt32() + Vector256<uint>.Indices;
        var sums = Vector256<long>.Zero;
        var i = 0;
        for (; i + Vector256<float>.Count <= gradients.Length; i += Vector256<float>.Count)
        {
            var high = Integers(
                Vector256.Create<float>(gradients[i..]),
                ConstantHessian ? default : Vector256.Create<float>(hessians[i..]),
                Noise(rows, seed));
            var first = Vector256.WidenLower(rows) | (Vector256.WidenLower(high) << 32);
            var second = Vector256.WidenUpper(rows) | (Vector256.WidenUpper(high) << 32);
            first.Store(entries + i);
            second.Store(entries + i + Vector256<ulong>.Count);
            sums += Words(first) + Words(second);
            rows += Vector256.Create((uint)Vector256<float>.Count);
        }

        var sum = Vector256.Sum(sums);
        for (; i < gradients.Length; i++)
        {
            entries[i] = Entry(firstRow + i, gradients[i], ConstantHessian ? 0 : hessians[i], seed);
            sum += Word(entries[i]);
        }

        return sum;
    }

    /// <summary>One entry, as <see cref="Write"/> makes it.</summary>
    public ulong Entry(int row, float gradient, float hessian, uint seed)
    {
        var integers = Integers(
            Vector256.Create(gradient), Vector256.Create(hessian), Noise(Vector256.Create((uint)row), seed));
        return ((ulong)integers[0] << 32) | (uint)row;
    }

    /// <summary>
    /// Gradients in the upper and hessians in the lower half. Truncation of non-negative numbers rounds down.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<uint> Integers(Vector256<float> gradients, Vector256<float> hessians, Vector256<uint> noise)
    {
        const float Unit = 1f / (1 << 16);
        var up = Vector256.ConvertToSingle((noise & Vector256.Create(0xFFFFu)).AsInt32()) * Unit;
        var shifted = (gradients * (float)_gradientsPerStep) + up + Vector256.Create((float)_gradientSteps);
        var steps = Vector256.ConvertToInt32Native(shifted) - Vector256.Create(_gradientSteps);
        steps = Vector256.Min(
            Vector256.Max(steps, Vector256.Create(-_gradientSteps)), Vector256.Create(_gradientSteps));
        if (ConstantHessian) return Vector256.ShiftLeft(steps.AsUInt32(), 16) | Vector256<uint>.One;

        up = Vector256.ConvertToSingle(Vector256.ShiftRightLogical(noise, 16).AsInt32()) * Unit;
        var hessian = Vector256.ConvertToInt32Native(
            (Vector256.Max(hessians, Vector256<float>.Zero) * (float)_hessiansPerStep) + up);
        hessian = Vector256.Min(hessian, Vector256.Create(_hessianSteps));
        return Vector256.ShiftLeft(steps.AsUInt32(), 16) | hessian.AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Words(Vector256<ulong> entries) =>
        (Vector256.ShiftRightArithmetic(entries.AsInt32(), 16).AsInt64()
            & Vector256.Create(unchecked((long)0xFFFF_FFFF_0000_0000)))
        + (Vector256.ShiftRightLogical(entries, 32) & Vector256.Create(0xFFFFul)).AsInt64();

    /// <summary>A row's contribution to a histogram.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Word(ulong entry) => ((long)entry >> 48 << 32) + (long)((entry >> 32) & 0xFFFF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Gradients(long sum) => (int)(sum >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hessians(long sum) => (uint)sum;

    public double Gradient(long sum) => Gradients(sum) * GradientStep;

    public double Hessian(long sum) => Hessians(sum) * HessianStep;

    /// <summary>Pseudorandom bits per row and seed (the finalizer of MurmurHash3, by Appleby).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Noise(Vector256<uint> rows, uint seed)
    {
        var h = rows ^ Vector256.Create(seed);
        h = (h ^ Vector256.ShiftRightLogical(h, 16)) * Vector256.Create(0x85EBCA6Bu);
        h = (h ^ Vector256.ShiftRightLogical(h, 13)) * Vector256.Create(0xC2B2AE35u);
        return h ^ Vector256.ShiftRightLogical(h, 16);
    }
}
