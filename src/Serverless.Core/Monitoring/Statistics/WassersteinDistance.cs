namespace Serverless.Core.Monitoring.Statistics;

/// <summary>
/// First Wasserstein (earth mover's) distance between two binned distributions, in standard deviations of the
/// reference, as Evidently norms it.
/// </summary>
internal static class WassersteinDistance
{
    /// <param name="edges">Ascending inner edges: one fewer than there are counts.</param>
    /// <param name="minimum">Smallest value of either; begins the first bin.</param>
    /// <param name="maximum">Largest value of either; ends the last bin.</param>
    public static double Compute(
        ReadOnlySpan<long> reference,
        ReadOnlySpan<long> current,
        IReadOnlyList<double> edges,
        double minimum,
        double maximum,
        double standardDeviation)
    {
        var (n, m) = (Shares.Total(reference), Shares.Total(current));
        var (f, g, area) = (0.0, 0.0, 0.0);
        var from = minimum;
        for (var i = 0; i < reference.Length; i++)
        {
            var until = i < edges.Count ? Math.Max(edges[i], from) : Math.Max(maximum, from);
            var (nextF, nextG) = (f + (reference[i] / n), g + (current[i] / m));
            // Within a bin both are taken to rise evenly, so their distance is that of the means of its two ends.
            area += Math.Abs(((f - g) + (nextF - nextG)) / 2) * (until - from);
            (f, g, from) = (nextF, nextG, until);
        }

        return standardDeviation > 0 ? area / standardDeviation : area;
    }
}
