using Serverless.Learning.Definition;

namespace Serverless.Core.Monitoring.Statistics;

/// <summary>
/// First Wasserstein (earth mover's) distance between two binned distributions, in standard deviations of the
/// reference, as in Evidently.
/// </summary>
internal sealed class WassersteinDistance() : DriftMeasure(DriftStatistic.Wasserstein, "the Wasserstein distance")
{
    public override DriftStatistic ForCategories => DriftStatistic.Jensenshannon;

    /// <returns>0 if training or traffic has no values; the share of missing values covers that case.</returns>
    public override double Compute(ColumnDistributions column)
    {
        if (column is not { Minimum: { } minimum, Maximum: { } maximum }) return 0;
        var (n, m) = (Shares.Total(column.Reference), Shares.Total(column.Current));
        var (f, g, area) = (0.0, 0.0, 0.0);
        var from = minimum;
        for (var i = 0; i < column.Reference.Length; i++)
        {
            var until = i < column.Edges.Count ? Math.Max(column.Edges[i], from) : Math.Max(maximum, from);
            var (nextF, nextG) = (f + (column.Reference[i] / n), g + (column.Current[i] / m));
            // Values are assumed uniform within a bin, so the distance there is the mean of those at its ends.
            area += Math.Abs(((f - g) + (nextF - nextG)) / 2) * (until - from);
            (f, g, from) = (nextF, nextG, until);
        }

        return column.StandardDeviation > 0 ? area / column.StandardDeviation : area;
    }
}
