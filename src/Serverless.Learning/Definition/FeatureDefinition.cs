using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

public sealed record FeatureDefinition
{
    public required string Name { get; init; }

    /// <summary>Null: inferred.</summary>
    public ColumnType? Type { get; init; }

    /// <summary>Inclusive bounds of a numeric feature; a value outside makes the row bad.</summary>
    public NumericRange? Range { get; init; }

    /// <summary>The only values allowed; any other makes the row bad. Null: any.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>A missing value makes the row bad, and a prediction without it is refused.</summary>
    public bool Required { get; init; }

    /// <summary>The direction that predictions may not leave as the values rise; numeric and boolean features. Null: any.</summary>
    public Monotone? Monotone { get; init; }

    /// <summary>Left out of training, for instance because it leaks the answer.</summary>
    public bool Ignored { get; init; }

    /// <summary>Why, for the owner. Not read.</summary>
    public string? Comment { get; init; }
}

[JsonConverter(typeof(CamelCaseConverter<ColumnType>))]
public enum ColumnType { Numeric, Categorical, Boolean, Timestamp }

[JsonConverter(typeof(CamelCaseConverter<Monotone>))]
public enum Monotone { Increasing, Decreasing }

/// <summary>Null: unbounded on that side.</summary>
public sealed record NumericRange(double? Min = null, double? Max = null);
