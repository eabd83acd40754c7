using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

public sealed record FeatureDefinition
{
    public required string Name { get; init; }

    /// <summary>Default: inferred.</summary>
    public ColumnType? Type { get; init; }

    /// <summary>Inclusive bounds of a numeric feature; a value outside makes the row bad.</summary>
    public NumericRange? Range { get; init; }

    /// <summary>The only values allowed; any other makes the row bad. Default: any.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>A missing value makes the row bad, and a prediction without it is refused.</summary>
    public bool Required { get; init; }

    /// <summary>
    /// The direction in which predictions must move as a numeric or boolean feature rises. Default: any.
    /// </summary>
    public Monotone? Monotone { get; init; }

    /// <summary>Excludes the feature from training, for instance because it leaks the answer.</summary>
    public bool Ignored { get; init; }

    /// <summary>A note by the owner, ignored by the program.</summary>
    public string? Comment { get; init; }
}

[JsonConverter(typeof(CamelCaseConverter<ColumnType>))]
public enum ColumnType { Numeric, Categorical, Boolean, Timestamp }

[JsonConverter(typeof(CamelCaseConverter<Monotone>))]
public enum Monotone { Increasing, Decreasing }

/// <summary>A null bound is unbounded.</summary>
public sealed record NumericRange(double? Min = null, double? Max = null);
