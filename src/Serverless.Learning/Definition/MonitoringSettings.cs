using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

public sealed record FreshnessSettings
{
    /// <summary>The champion is stale when it is older than this many days.</summary>
    public double MaxAgeDays { get; init; } = 30;

    /// <summary>
    /// How often a file is expected, as an ISO 8601 duration such as <c>P1D</c>: after that without one, an alert says
    /// so. Default: no expectation.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Expect { get; init; }

    /// <exception cref="FormatException"><see cref="Expect"/> is no duration; model.json is refused then.</exception>
    public TimeSpan? ExpectedEvery() => Expect is null ? null : System.Xml.XmlConvert.ToTimeSpan(Expect);

    /// <summary>Requests a retrain if the champion is stale and there is data it has not seen.</summary>
    public bool Retrain { get; init; } = true;
}

public sealed record DriftSettings
{
    /// <summary>
    /// The statistic that compares a feature's distributions. Categories have no order: for them chisquare replaces ks,
    /// and jensenshannon replaces wasserstein.
    /// </summary>
    public DriftStatistic Statistic { get; init; } = DriftStatistic.Psi;

    /// <summary>
    /// A feature has drifted if a significant statistic is above this, or for ks and chisquare the p-value is below.
    /// Default: 0.1 for psi, jensenshannon and wasserstein; p = 0.05 for ks and chisquare.
    /// </summary>
    public double? Threshold { get; init; }

    /// <summary>The data set has drifted if at least this share of the features has.</summary>
    public double DriftShare { get; init; } = 0.5;

    /// <summary>Hours of traffic compared with the training data, at most a year.</summary>
    public double WindowHours { get; init; } = 24;

    /// <summary>Min predictions in the window for any conclusion.</summary>
    public int MinimumRows { get; init; } = 200;

    public DriftAction Action { get; init; } = DriftAction.Retrain;
}

[JsonConverter(typeof(CamelCaseConverter<DriftStatistic>))]
public enum DriftStatistic { Psi, Jensenshannon, Ks, Wasserstein, Chisquare }

[JsonConverter(typeof(CamelCaseConverter<DriftAction>))]
public enum DriftAction { Report, Alert, Retrain }
