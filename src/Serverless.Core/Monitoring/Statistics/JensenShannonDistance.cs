using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Monitoring.Statistics;

/// <summary>
/// Square root of the Jensen-Shannon divergence with base-2 logarithms: 0 for equal shares, 1 for disjoint ones.
/// </summary>
internal sealed class JensenShannonDistance()
    : DriftMeasure(DriftStatistic.Jensenshannon, "the Jensen-Shannon distance")
{
    private const double Ln2 = 0.69314718055994530942;

    public override double Compute(ColumnDistributions column) => Compute(column.Reference, column.Current);

    public static double Compute(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = (Shares.Total(reference), Shares.Total(current));
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            var (p, q) = (reference[i] / n, current[i] / m);
            var mean = (p + q) / 2;
            if (p > 0) sum += p * DeterministicMath.Log(p / mean);
            if (q > 0) sum += q * DeterministicMath.Log(q / mean);
        }

        return Math.Sqrt(Math.Clamp(sum / 2 / Ln2, 0, 1));
    }
}
