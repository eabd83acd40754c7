using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Serverless.Learning.Numerics;

/// <summary>
/// Exponential and logarithm from additions, multiplications and divisions alone, which IEEE 754 defines to the bit.
/// The C library's differ in the last bit between versions, and would change trained models.
/// </summary>
public static class DeterministicMath
{
    private const double Log2E = 1.44269504088896338700e+00;
    private const double Factorial13 = 6227020800.0;
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>1 / n! for n from 12 to 0.</summary>
    private static ReadOnlySpan<double> ExpSeries =>
    [
        1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0, 1 / 720.0, 1 / 120.0,
        1 / 24.0, 1 / 6.0, 1 / 2.0, 1, 1,
    ];

    /// <summary>e to the x, within 2 units in the last place; 0 below −708, infinity above 709.7.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 709.7) return double.PositiveInfinity;
        if (x < -708.0) return 0;

        // x = k ln 2 + r with |r| <= ln 2 / 2, and e^r by its series: the 14th term is below 2^-60.
        var k = Math.Floor((x * Log2E) + 0.5);
        var r = (x - (k * Ln2High)) - (k * Ln2Low);
        var sum = 1.0 / Factorial13;
        foreach (var coefficient in ExpSeries) sum = (sum * r) + coefficient;
        return sum * BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
    }

    /// <summary>Four at once, the same to the bit as one by one for finite numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector256<double> Exp(Vector256<double> x)
    {
        var inside = Vector256.Min(Vector256.Max(x, Vector256.Create(-708.0)), Vector256.Create(709.7));
        var k = Vector256.Floor((inside * Log2E) + Vector256.Create(0.5));
        var r = (inside - (k * Ln2High)) - (k * Ln2Low);
        var sum = Vector256.Create(1.0 / Factorial13);
        foreach (var coefficient in ExpSeries) sum = (sum * r) + Vector256.Create(coefficient);

        // 2^52 + 2^51 holds a small whole number in its low bits.
        var whole = (k + Vector256.Create(6755399441055744.0)).AsInt64()
            - Vector256.Create(6755399441055744.0).AsInt64();
        var power = Vector256.ShiftLeft(whole + Vector256.Create(1023L), 52).AsDouble();
        var result = Vector256.ConditionalSelect(
            Vector256.LessThan(x, Vector256.Create(-708.0)), Vector256<double>.Zero, sum * power);
        return Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256.Create(709.7)), Vector256.Create(double.PositiveInfinity), result);
    }

    /// <summary>Natural logarithm, within 2 units in the last place; −infinity at 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0) return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x)) return x;

        var exponent = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984.0; // 2^54: a subnormal has no exponent to read
            exponent = -54;
        }

        // x = m 2^e with m in [sqrt(1/2), sqrt(2)); log m = 2 artanh((m - 1) / (m + 1)), whose argument is below 0.172.
        var bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)(bits >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        var f = (m - 1) / (m + 1);
        var square = f * f;
        var series = 0.0;
        for (var n = 21; n >= 3; n -= 2) series = (series + (1.0 / n)) * square;
        return (exponent * Ln2High) + ((2 * f) + ((2 * f * series) + (exponent * Ln2Low)));
    }

    /// <summary>1 / (1 + e^−x), without overflow.</summary>
    public static double Sigmoid(double x)
    {
        if (x >= 0) return 1 / (1 + Exp(-x));
        var e = Exp(x);
        return e / (1 + e);
    }

    /// <summary>Four at once, the same to the bit as one by one for finite numbers.</summary>
    public static Vector256<double> Sigmoid(Vector256<double> x)
    {
        var e = Exp(-Vector256.Abs(x));
        var numerator = Vector256.ConditionalSelect(
            Vector256.GreaterThanOrEqual(x, Vector256<double>.Zero), Vector256<double>.One, e);
        return numerator / (Vector256<double>.One + e);
    }

    /// <summary>Turns raw scores into probabilities in place.</summary>
    public static void Softmax(Span<double> scores)
    {
        var max = double.NegativeInfinity;
        foreach (var s in scores) max = Math.Max(max, s);
        var sum = 0.0;
        for (var i = 0; i < scores.Length; i++) sum += scores[i] = Exp(scores[i] - max);
        for (var i = 0; i < scores.Length; i++) scores[i] /= sum;
    }
}
