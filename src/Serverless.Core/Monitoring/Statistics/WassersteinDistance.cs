using Serverless.Learning.Definition;

namespace Serverless.Core.Monitoring.Statistics;

/// <summary>
/// First Wasserstein (earth mover's) distance between two binned distributions, in standard deviations of the
/// reference, as Evidently norms it.
/// </summary>
internal sealed class WassersteinDistance() : DriftMeasure(DriftStatistic.Wasserstein, "the Wasserstein distance")
{
    public override DriftStatistic ForCategories => DriftStatistic.Jensenshannon;

    /// <returns>
    /// 0 where training or traffic has no values: the share of missing values then says what there is.
    /// </returns>
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
            // Inside a bin both are taken to rise evenly, so their distance is the mean of those at its two ends.
            area += Math.Abs(((f - g) + (nextF - nextG)) / 2) * (until - from);
            (f, g, from) = (nextF, nextG, until);
        }

        return column.StandardDeviation > 0 ? area / column.StandardDeviation : area;
    }
}
