using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

/// <summary>Which rows of all the files of a model count.</summary>
public sealed record DataSettings
{
    /// <summary>How far back a run learns. Default: from all files.</summary>
    public DataWindow Window { get; init; } = new();

    /// <summary>
    /// The columns that name what a row is about: of rows with the same values there, the newest counts. Default: none.
    /// </summary>
    [JsonConverter(typeof(ColumnNamesConverter))]
    public IReadOnlyList<string>? Key { get; init; }

    /// <summary>
    /// What makes a file or a row newer than another. Default: <see cref="DataOrder.Time"/> where the data has one,
    /// otherwise <see cref="DataOrder.Name"/>.
    /// </summary>
    public DataOrder? Order { get; init; }

    /// <summary>
    /// How files relate to those before. Default: <see cref="DataMode.Upsert"/> with <see cref="Key"/>, otherwise
    /// inferred for each file.
    /// </summary>
    public DataMode? Mode { get; init; }
}

/// <summary>How far back a run learns; all limits that are given hold.</summary>
public sealed record DataWindow
{
    public const int MaxFiles = 10_000;

    /// <summary>Max files: the newest ones. Default: all.</summary>
    public int? Files { get; init; }

    /// <summary>Max rows, of those that count: the newest ones. Default: all.</summary>
    public int? Rows { get; init; }

    /// <summary>
    /// An ISO 8601 duration such as <c>P2Y</c>: rows older than this before the newest row do not count. Default: no
    /// limit.
    /// </summary>
    public string? Since { get; init; }

    /// <returns>Null if <see cref="Since"/> is not given.</returns>
    /// <exception cref="FormatException"><see cref="Since"/> is no duration; model.json is refused then.</exception>
    public CalendarSpan? Span() => Since is null ? null : CalendarSpan.TryParse(Since)
        ?? throw new FormatException($"data.window.since: expected {CalendarSpan.Expected}, found '{Since}'.");
}

[JsonConverter(typeof(CamelCaseConverter<DataOrder>))]
public enum DataOrder
{
    /// <summary>The columns that order the rows.</summary>
    Time,

    /// <summary>Names of files, with the numbers in them ordered by value.</summary>
    Name,
}

[JsonConverter(typeof(CamelCaseConverter<DataMode>))]
public enum DataMode
{
    /// <summary>A file has only what is new: all rows count, also equal ones.</summary>
    Append,

    /// <summary>A file repeats rows of earlier ones, which count once.</summary>
    Extract,

    /// <summary>The newest row of each key counts.</summary>
    Upsert,
}
