using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

/// <summary>
/// The content of <c>model.json</c>: what to predict and how strict to be. Every setting has a default; what is left
/// out is inferred from the data. Its JSON Schema is <c>src/Serverless.Learning/Definition/model.schema.json</c>.
/// </summary>
public sealed record ModelDefinition
{
    /// <summary>Address of the JSON Schema, for editors only.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>
    /// Whether files begin with a row of column names. Default: true, unless <see cref="Columns"/> is given.
    /// </summary>
    public bool? Header { get; init; }

    /// <summary>The sheet of a workbook that has the table. Default: the first one that is visible.</summary>
    public string? Sheet { get; init; }

    /// <summary>Column names in order, for files without a header.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Other names that files use for a column, by its name here.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Aliases { get; init; }

    /// <summary>The column to predict. Default: the last one.</summary>
    public string? Label { get; init; }

    /// <summary>Default: inferred from the label's values.</summary>
    public ModelTask? Task { get; init; }

    /// <summary>Overrides for single features; other columns are inferred.</summary>
    public IReadOnlyList<FeatureDefinition> Features { get; init; } = [];

    /// <summary>Texts that stand for a missing value in every column, beside the usual ones.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>
    /// The class whose probability is the score of a binary model. Default: inferred from the classes' names, then the
    /// rarer one.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Positive { get; init; }

    /// <summary>Column that orders the rows. If set, the newest rows are held out.</summary>
    public string? Time { get; init; }

    /// <summary>
    /// Columns of numbers that order the rows together, in place of <see cref="Time"/>: year, month and, as far as they
    /// exist, day, hour and minute.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? TimeParts { get; init; }

    /// <summary>
    /// Column that identifies a row's subject; all rows of one subject fall on the same side of a split. If
    /// <see cref="Time"/> is set, the newest rows are held out regardless of subject.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>The metric that decides. Default: rmse, auc (binary) or logLoss (multiclass).</summary>
    public string? Metric { get; init; }

    /// <summary>A database to pull data from. Default: none; files are dropped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SourceSettings? Source { get; init; }

    /// <summary>Which rows of all files count.</summary>
    public DataSettings Data { get; init; } = new();

    public ValidationSettings Validation { get; init; } = new();

    public TrainingSettings Training { get; init; } = new();

    public RolloutSettings Rollout { get; init; } = new();

    public FreshnessSettings Freshness { get; init; } = new();

    public DriftSettings Drift { get; init; } = new();

    /// <summary>
    /// <see cref="Data"/> with what follows from the source: with a watermark each pulled file has only the rows that
    /// are new.
    /// </summary>
    public DataSettings DataInEffect() => Source?.Watermark is not null && Data is { Mode: null, Key: null }
        ? Data with { Mode = DataMode.Append }
        : Data;
}

[JsonConverter(typeof(CamelCaseConverter<ModelTask>))]
public enum ModelTask { Regression, Binary, Multiclass }
