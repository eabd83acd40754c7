using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

public sealed record ValidationSettings
{
    /// <summary>Share of the rows held out for the gate, 0.05 to 0.5.</summary>
    public double Holdout { get; init; } = 0.2;

    /// <summary>Max share of bad rows with which a file is still accepted, 0 to 1.</summary>
    public double MaxBadRows { get; init; } = 0.05;

    /// <summary>What becomes of a file that is not like the one before. Default: a warning.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChangeAction? Changes { get; init; }

    /// <summary>The same for single kinds of change, by the anomaly's code.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, ChangeAction>? ChangesByCode { get; init; }

    /// <summary>Limits per metric name, in MLflow's terms.</summary>
    public IReadOnlyDictionary<string, MetricThreshold> Thresholds { get; init; } =
        new Dictionary<string, MetricThreshold>();

    /// <summary>
    /// Categorical or boolean features by whose values the report and the gate break the metric down.
    /// </summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>How much better than the champion, in the metric's units, a candidate must be.</summary>
    public double MinimumImprovement { get; init; }

    /// <summary>What a change with this anomaly code leads to.</summary>
    public ChangeAction ActionOn(string code) =>
        ChangesByCode?.TryGetValue(code, out var action) == true ? action : Changes ?? ChangeAction.Warn;
}

/// <summary>What a difference from the file before leads to.</summary>
[JsonConverter(typeof(CamelCaseConverter<ChangeAction>))]
public enum ChangeAction
{
    /// <summary>Reports the change and uses the file.</summary>
    Warn,

    /// <summary>The file is rejected with a report; it stays where it is.</summary>
    Quarantine,

    /// <summary>The version that is made waits for a person.</summary>
    Ask,

    /// <summary>Reports nothing and uses the file.</summary>
    Ignore,
}

/// <summary>
/// As MLflow's MetricThreshold. Changes are relative to the champion, or to the baseline without a champion.
/// </summary>
public sealed record MetricThreshold
{
    /// <summary>The candidate's metric must reach this.</summary>
    public double? Threshold { get; init; }

    /// <summary>The metric must improve on the champion's by this much, in the metric's units.</summary>
    public double? MinAbsoluteChange { get; init; }

    /// <summary>The metric must improve on the champion's by this share of it.</summary>
    public double? MinRelativeChange { get; init; }

    /// <summary>Default: the metric's own direction.</summary>
    public bool? GreaterIsBetter { get; init; }
}
