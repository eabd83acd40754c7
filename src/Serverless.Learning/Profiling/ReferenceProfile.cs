using Serverless.Learning.Definition;

namespace Serverless.Learning.Profiling;

/// <summary>
/// Distributions of a version's training data and of its predictions on the held-out rows. Kept in the model file: live
/// traffic is counted into the same bins, so that sketches of many instances merge by adding counts.
/// </summary>
public sealed record ReferenceProfile
{
    /// <summary>In the order of the signature's features.</summary>
    public required IReadOnlyList<FeatureProfile> Features { get; init; }

    /// <summary>
    /// Profile of the predicted value (regression) or the probability of class 1 (binary); null for multiclass.
    /// </summary>
    public FeatureProfile? Output { get; init; }

    /// <summary>How often each class was predicted, in the signature's order. Empty for regression.</summary>
    public IReadOnlyList<long> PredictedClasses { get; init; } = [];
}

/// <summary>Counts of one column in fixed bins.</summary>
public sealed record FeatureProfile
{
    public required string Name { get; init; }

    public required ColumnType Type { get; init; }

    public required long Rows { get; init; }

    public required long Missing { get; init; }

    /// <summary>
    /// Numeric, boolean and timestamp columns: ascending inner edges; bin i holds values in (edge[i−1], edge[i]],
    /// the last one those above every edge. Timestamps are hours of the day. Empty for categorical columns.
    /// </summary>
    public IReadOnlyList<double> Edges { get; init; } = [];

    /// <summary>
    /// One more count than edges; for a categorical column one per category of the signature, then any other.
    /// </summary>
    public required IReadOnlyList<long> Counts { get; init; }

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public double? Mean { get; init; }

    public double? StandardDeviation { get; init; }
}
