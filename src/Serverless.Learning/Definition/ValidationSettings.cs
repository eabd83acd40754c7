using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

public sealed record ValidationSettings
{
    /// <summary>Share of the rows held out for the gate, 0.05 to 0.5.</summary>
    public double Holdout { get; init; } = 0.2;

    /// <summary>Largest share of bad rows with which a file is still accepted, 0 to 1.</summary>
    public double MaxBadRows { get; init; } = 0.05;

    /// <summary>Limits per metric, by the metric's name, in MLflow's terms.</summary>
    public IReadOnlyDictionary<string, MetricThreshold> Thresholds { get; init; } =
        new Dictionary<string, MetricThreshold>();

    /// <summary>Categorical or boolean features for each value of which the report and the gate look at the metric apart.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>How much better than the champion, in the metric's units, a candidate must at least be.</summary>
    public double MinimumImprovement { get; init; }
}

/// <summary>As MLflow's MetricThreshold: changes are against the champion (or the baseline where there is none).</summary>
public sealed record MetricThreshold
{
    /// <summary>The candidate's metric must reach this.</summary>
    public double? Threshold { get; init; }

    /// <summary>It must be better than the champion's by this much, in the metric's units.</summary>
    public double? MinAbsoluteChange { get; init; }

    /// <summary>It must be better than the champion's by this share of the champion's.</summary>
    public double? MinRelativeChange { get; init; }

    /// <summary>Null: as is known of that metric.</summary>
    public bool? GreaterIsBetter { get; init; }
}
