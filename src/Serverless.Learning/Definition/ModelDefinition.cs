using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

/// <summary>
/// The content of <c>model.json</c>: what to predict and how strict to be. Everything has a default; what is left
/// out is inferred from the data. Its JSON Schema is <c>src/Serverless.Learning/Definition/model.schema.json</c>.
/// </summary>
public sealed record ModelDefinition
{
    /// <summary>Address of the JSON Schema, for editors. Not read.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Whether files begin with a row of column names. Null: true, unless <see cref="Columns"/> is given.</summary>
    public bool? Header { get; init; }

    /// <summary>The columns' names in order, where files have no header.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The column to predict. Null: the last one.</summary>
    public string? Label { get; init; }

    /// <summary>Null: inferred from the label's values.</summary>
    public ModelTask? Task { get; init; }

    /// <summary>Overrides for single features. Columns that are not named here are inferred.</summary>
    public IReadOnlyList<FeatureDefinition> Features { get; init; } = [];

    /// <summary>Column that orders the rows. Where set, the newest rows are held out.</summary>
    public string? Time { get; init; }

    /// <summary>
    /// Column that identifies a row's subject; all rows of one subject fall on the same side of a split. Not where
    /// <see cref="Time"/> is set: then the newest rows are held out, whoever they are of.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>The single number that decides. Null: rmse, auc (binary) or logLoss (multiclass).</summary>
    public string? Metric { get; init; }

    public ValidationSettings Validation { get; init; } = new();

    public TrainingSettings Training { get; init; } = new();

    public RolloutSettings Rollout { get; init; } = new();

    public FreshnessSettings Freshness { get; init; } = new();

    public DriftSettings Drift { get; init; } = new();
}

[JsonConverter(typeof(CamelCaseConverter<ModelTask>))]
public enum ModelTask { Regression, Binary, Multiclass }
