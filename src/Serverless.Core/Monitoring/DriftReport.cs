using Serverless.Learning.Definition;

namespace Serverless.Core.Monitoring;

/// <summary>Live traffic of one window compared with the champion's profile.</summary>
public sealed record DriftReport
{
    public required string Model { get; init; }

    public required int Version { get; init; }

    public required DateTimeOffset CheckedAt { get; init; }

    public required DateTimeOffset WindowFrom { get; init; }

    /// <summary>Predictions of this version in the window.</summary>
    public required long Rows { get; init; }

    /// <summary>One sentence: the result, or why there is none.</summary>
    public required string Summary { get; init; }

    /// <summary>False with fewer rows than <c>drift.minimumRows</c>; the properties below are then not set.</summary>
    public required bool Concluded { get; init; }

    public bool Drifted { get; init; }

    /// <summary>Share of the features that have drifted, 0 to 1.</summary>
    public double DriftedShare { get; init; }

    public required IReadOnlyList<ColumnDrift> Features { get; init; }

    /// <summary>Why this drift asks for no retrain; null without drift, and if a retrain may learn something new.</summary>
    public string? NoRetrain { get; init; }

    /// <summary>Drift of the predictions.</summary>
    public ColumnDrift? Prediction { get; init; }

    /// <summary>Measured on sampled predictions with feedback; null without any.</summary>
    public LivePerformance? Performance { get; init; }
}

/// <param name="Statistic">The deciding statistic.</param>
/// <param name="Value">Its value: a distance, or the p-value of a test.</param>
/// <param name="MissingShare">Share of missing values in the traffic.</param>
/// <param name="ReferenceMissingShare">Share of missing values in the training data.</param>
/// <param name="UnseenShare">Share of traffic with a category unknown to the version; null for other columns.</param>
/// <param name="Reason">Why it counts as drifted; null if it does not.</param>
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

/// <param name="Rows">Number of predictions with feedback.</param>
public sealed record LivePerformance(int Rows, IReadOnlyDictionary<string, double> Metrics);
