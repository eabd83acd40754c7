using Serverless.Learning.Definition;

namespace Serverless.Core.Monitoring;

/// <summary>Live traffic of one window against the champion's profile.</summary>
public sealed record DriftReport
{
    public required string Model { get; init; }

    public required int Version { get; init; }

    public required DateTimeOffset CheckedAt { get; init; }

    public required DateTimeOffset WindowFrom { get; init; }

    /// <summary>Predictions of this version in the window.</summary>
    public required long Rows { get; init; }

    /// <summary>One sentence: what was found, or why nothing could be concluded.</summary>
    public required string Summary { get; init; }

    /// <summary>False below <c>drift.minimumRows</c>: then nothing else is filled in.</summary>
    public required bool Concluded { get; init; }

    public bool Drifted { get; init; }

    /// <summary>Share of the features that have drifted, 0 to 1.</summary>
    public double DriftedShare { get; init; }

    public required IReadOnlyList<ColumnDrift> Features { get; init; }

    /// <summary>Of the predictions themselves.</summary>
    public ColumnDrift? Prediction { get; init; }

    /// <summary>Measured on sampled predictions whose true outcome came back as feedback; null without any.</summary>
    public LivePerformance? Performance { get; init; }
}

/// <param name="Statistic">The one that decided.</param>
/// <param name="Value">Of that statistic: a distance, or the p-value of a test.</param>
/// <param name="MissingShare">In the traffic.</param>
/// <param name="ReferenceMissingShare">In the training data.</param>
/// <param name="UnseenShare">Traffic with a category that the version does not know; null for other columns.</param>
/// <param name="Reason">Why it counts as drifted; null where it does not.</param>
public sealed record ColumnDrift(
    string Name,
    ColumnType Type,
    DriftStatistic Statistic,
    double Value,
    double Threshold,
    double Psi,
    double JensenShannon,
    double KsDistance,
    double MissingShare,
    double ReferenceMissingShare,
    double? UnseenShare,
    string? Reason)
{
    public bool Drifted => Reason is not null;
}

/// <param name="Rows">Predictions that have both.</param>
public sealed record LivePerformance(int Rows, IReadOnlyDictionary<string, double> Metrics);
