namespace Serverless.Learning.Definition;

/// <summary>The columns of a data set, fully resolved from <c>model.json</c> and inference.</summary>
public sealed record DatasetSchema
{
    /// <summary>Every column, in the file's order.</summary>
    public required IReadOnlyList<ColumnSchema> Columns { get; init; }

    public required string Label { get; init; }

    public required ModelTask Task { get; init; }

    public string? Time { get; init; }

    /// <summary>Columns that order the rows together: year, month, day, hour, minute, as far as they exist.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? TimeParts { get; init; }

    /// <summary>The columns that order the rows; empty if none do.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> TimeColumns => Time is { } time ? [time] : TimeParts ?? [];

    public string? Id { get; init; }

    /// <summary>The class whose probability is the score of a binary model; null: the rarer one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Positive { get; init; }

    /// <summary>The columns a model learns from: all but the label, the id and ignored columns.</summary>
    public IEnumerable<ColumnSchema> Features => Columns.Where(c => c.Role == ColumnRole.Feature);
}

/// <summary>
/// A time column is also a feature (by its calendar parts) unless it is ignored; <see cref="DatasetSchema.Time"/> names
/// it.
/// </summary>
[JsonConverter(typeof(CamelCaseConverter<ColumnRole>))]
public enum ColumnRole { Feature, Label, Id, Ignored }


public sealed record ColumnSchema
{
    public required string Name { get; init; }

    public required ColumnType Type { get; init; }

    public required ColumnRole Role { get; init; }

    /// <summary>Human-readable reason why the column is ignored, or how its type was decided.</summary>
    public string? Reason { get; init; }

    /// <summary>Notation of its cells in the newest file, for people; null for plain cells.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Format { get; init; }

    /// <summary>A cell of the newest file as it is written, in quotes; null for an id, or without a value.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Example { get; init; }

    /// <summary>Which part comes first in its dates, where a reader could take them otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CellNotation? Notation { get; init; }

    public bool Required { get; init; }

    public NumericRange? Range { get; init; }

    public IReadOnlyList<string>? Values { get; init; }
}
