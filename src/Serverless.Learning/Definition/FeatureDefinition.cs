using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

public sealed record FeatureDefinition
{
    public required string Name { get; init; }

    /// <summary>Default: inferred.</summary>
    public ColumnType? Type { get; init; }

    /// <summary>How its cells are written in the files. Default: inferred from each file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CellNotation? Format { get; init; }

    /// <summary>Texts that stand for a missing value in it, beside the usual ones.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Missing { get; init; }

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
public enum ColumnType { Numeric, Categorical, Boolean, Timestamp, Text }

/// <summary>A decimal sign, the part that comes first in a date of numbers, or an epoch to count from.</summary>
[JsonConverter(typeof(CamelCaseConverter<CellNotation>))]
public enum CellNotation
{
    DecimalPoint,
    DecimalComma,
    YearFirst,
    DayFirst,
    MonthFirst,
    UnixSeconds,
    UnixMilliseconds,
    ExcelSerial,

    /// <summary>Any mark, such as X, for true, and nothing for false.</summary>
    MarkOrBlank,
}

[JsonConverter(typeof(CamelCaseConverter<Monotone>))]
public enum Monotone { Increasing, Decreasing }

/// <summary>A null bound is unbounded.</summary>
public sealed record NumericRange(double? Min = null, double? Max = null);
