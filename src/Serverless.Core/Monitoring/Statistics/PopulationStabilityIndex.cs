using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Monitoring.Statistics;

/// <summary>
/// Population stability index: sum of (q − p) ln(q / p) over bins. Below 0.1 commonly means no change, above 0.25 a
/// large one. An empty bin counts as a share of 0.0001, as in Evidently.
/// </summary>
internal sealed class PopulationStabilityIndex() : DriftMeasure(DriftStatistic.Psi, "PSI")
{
    private const double Floor = 1e-4;

    public override double Compute(ColumnDistributions column) => Compute(column.Reference, column.Current);

    /// <param name="reference">Counts per bin.</param>
    /// <param name="current">Counts of the same bins.</param>
    public static double Compute(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = (Shares.Total(reference), Shares.Total(current));
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            var p = Math.Max(reference[i] / n, Floor);
            var q = Math.Max(current[i] / m, Floor);
            sum += (q - p) * DeterministicMath.Log(q / p);
        }

        return sum;
    }
}
