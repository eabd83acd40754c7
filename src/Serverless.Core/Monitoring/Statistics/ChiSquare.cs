using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Monitoring.Statistics;

/// <summary>Pearson's chi-square test of homogeneity of two sets of counts.</summary>
internal sealed class ChiSquare() : DriftMeasure(DriftStatistic.Chisquare, "the chi-square p-value")
{
    public override bool IsTest => true;

    public override double Compute(ColumnDistributions column) => PValue(column.Reference, column.Current);

    /// <returns>The p-value.</returns>
    public static double PValue(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = (Shares.Total(reference), Shares.Total(current));
        var statistic = 0.0;
        var filled = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            double both = reference[i] + current[i];
            if (both == 0) continue;
            filled++;
            var (e, f) = (both * n / (n + m), both * m / (n + m));
            statistic += ((reference[i] - e) * (reference[i] - e) / e) + ((current[i] - f) * (current[i] - f) / f);
        }

        return filled < 2 ? 1 : UpperGamma((filled - 1) / 2.0, statistic / 2);
    }

    /// <summary>
    /// Regularised upper incomplete gamma function of a half-integer <paramref name="a"/>, by the recurrence Q(a + 1,
    /// x) = Q(a, x) + x^a e^−x / Γ(a + 1) from Q(1/2, x) = erfc(√x) or Q(1, x) = e^−x (DLMF 8.8.6).
    /// </summary>
    private static double UpperGamma(double a, double x)
    {
        if (x <= 0) return 1;
        var isInteger = a == Math.Floor(a);
        var order = isInteger ? 1.0 : 0.5;
        var q = isInteger ? DeterministicMath.Exp(-x) : ComplementaryError(Math.Sqrt(x));
        // ln(x^order e^-x / Γ(order + 1)); Γ(2) = 1, Γ(3/2) = √π / 2. Logarithms, since the terms span hundreds of
        // decades.
        var logTerm = (order * DeterministicMath.Log(x)) - x - (isInteger ? 0 : -0.12078223763524522);
        for (; order < a; order++)
        {
            q += DeterministicMath.Exp(logTerm);
            logTerm += DeterministicMath.Log(x) - DeterministicMath.Log(order + 1);
        }

        return Math.Clamp(q, 0, 1);
    }

    /// <summary>
    /// erfc for z ≥ 0, with a relative error below 1.2e-7 (Numerical Recipes, 3rd ed., section 6.2.2).
    /// </summary>
    private static double ComplementaryError(double z)
    {
        var t = 2 / (2 + z);
        ReadOnlySpan<double> c =
        [
            -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806,
            0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
        ];
        var polynomial = 0.0;
        for (var i = c.Length - 1; i >= 0; i--) polynomial = (polynomial * t) + c[i];
        return t * DeterministicMath.Exp((-z * z) + polynomial);
    }
}
