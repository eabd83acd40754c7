using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Monitoring.Statistics;

/// <summary>
/// Two-sample Kolmogorov-Smirnov test on binned counts. Binning can only hide a difference inside a bin, so the
/// statistic is a lower bound of that on single values, and the p-value an upper bound.
/// </summary>
internal sealed class KolmogorovSmirnov() : DriftMeasure(DriftStatistic.Ks, "the Kolmogorov-Smirnov p-value")
{
    public override bool IsTest => true;

    public override DriftStatistic ForCategories => DriftStatistic.Chisquare;

    public override double Compute(ColumnDistributions column) => Compute(column.Reference, column.Current).PValue;

    /// <returns>The max distance of the cumulative shares, and its asymptotic p-value.</returns>
    public static (double Distance, double PValue) Compute(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = (Shares.Total(reference), Shares.Total(current));
        var (f, g, distance) = (0.0, 0.0, 0.0);
        for (var i = 0; i < reference.Length; i++)
        {
            f += reference[i] / n;
            g += current[i] / m;
            distance = Math.Max(distance, Math.Abs(f - g));
        }

        return (distance, PValue(distance, n * m / (n + m)));
    }

    /// <summary>Kolmogorov's limit distribution, with the small-sample term of Stephens (1970).</summary>
    private static double PValue(double distance, double effectiveRows)
    {
        var root = Math.Sqrt(effectiveRows);
        var lambda = (root + 0.12 + (0.11 / root)) * distance;
        // The series converges slowly near 0, where the p-value is 1 to nine digits.
        if (lambda < 0.3) return 1;
        var sum = 0.0;
        for (var k = 1; k <= 100; k++)
        {
            var term = DeterministicMath.Exp(-2.0 * k * k * lambda * lambda);
            sum += k % 2 == 1 ? term : -term;
            if (term < 1e-12) break;
        }

        return Math.Clamp(2 * sum, 0, 1);
    }
}
