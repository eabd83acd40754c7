namespace Serverless.Core.Monitoring.Statistics;

/// <summary>One column in training and in traffic, in the same bins or categories.</summary>
/// <param name="Edges">Inner bin edges, ascending, one fewer than bins; empty for categories.</param>
/// <param name="Minimum">Smallest value of both; null if one has no values.</param>
/// <param name="Maximum">Largest value of both; null if one has no values.</param>
/// <param name="StandardDeviation">Of the training values.</param>
internal sealed record ColumnDistributions(
    long[] Reference,
    long[] Current,
    IReadOnlyList<double> Edges,
    double? Minimum = null,
    double? Maximum = null,
    double StandardDeviation = 0);
