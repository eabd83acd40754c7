namespace Serverless.Core.Monitoring.Statistics;

/// <summary>One column in training and in traffic, counted into the same bins or categories.</summary>
/// <param name="Edges">Ascending inner edges, one fewer than there are bins; empty for categories.</param>
/// <param name="Minimum">Smallest value of either; null where one of them has no values.</param>
/// <param name="Maximum">Largest value of either; null where one of them has no values.</param>
/// <param name="StandardDeviation">Of the values in training.</param>
internal sealed record ColumnDistributions(
    long[] Reference,
    long[] Current,
    IReadOnlyList<double> Edges,
    double? Minimum = null,
    double? Maximum = null,
    double StandardDeviation = 0);
