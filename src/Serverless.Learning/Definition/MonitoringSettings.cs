using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

public sealed record FreshnessSettings
{
    /// <summary>The champion is stale when it is older than this many days.</summary>
    public double MaxAgeDays { get; init; } = 30;

    /// <summary>Ask for a retrain when the champion is stale and there is data it has not seen.</summary>
    public bool Retrain { get; init; } = true;
}

public sealed record DriftSettings
{
    /// <summary>
    /// How a feature's distributions are compared. For categories, which have no order, ks gives way to chisquare and
    /// wasserstein to jensenshannon.
    /// </summary>
    public DriftStatistic Statistic { get; init; } = DriftStatistic.Psi;

    /// <summary>A feature has drifted above this where that is no chance, for ks and chisquare below. Null: 0.1 for psi, jensenshannon and wasserstein; p below 0.05 for ks and chisquare.</summary>
    public double? Threshold { get; init; }

    /// <summary>The data set has drifted when at least this share of the features has.</summary>
    public double DriftShare { get; init; } = 0.5;

    /// <summary>Hours of traffic that are compared with the training data, at most a year.</summary>
    public double WindowHours { get; init; } = 24;

    /// <summary>Below this many predictions in the window nothing is concluded.</summary>
    public int MinimumRows { get; init; } = 200;

    public DriftAction Action { get; init; } = DriftAction.Retrain;
}

[JsonConverter(typeof(CamelCaseConverter<DriftStatistic>))]
public enum DriftStatistic { Psi, Jensenshannon, Ks, Wasserstein, Chisquare }

[JsonConverter(typeof(CamelCaseConverter<DriftAction>))]
public enum DriftAction { Report, Alert, Retrain }
