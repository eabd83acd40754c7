using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

public sealed record RolloutSettings
{
    public RolloutStrategy Strategy { get; init; } = RolloutStrategy.BlueGreen;

    /// <summary>
    /// Manual: a person takes the step to all traffic. A blue-green version waits as challenger, a canary at its last
    /// share, a shadow at the end of its period.
    /// </summary>
    public ApprovalMode Approval { get; init; } = ApprovalMode.Auto;

    /// <summary>
    /// Percent of the traffic that a canary answers, step by step, ascending. After the last step it becomes champion;
    /// 100 may be left out.
    /// </summary>
    public IReadOnlyList<double> Steps { get; init; } = [5, 25, 50, 100];

    /// <summary>Min minutes of a canary's step.</summary>
    public double StepMinutes { get; init; } = 10;

    /// <summary>A shadow's period, in hours.</summary>
    public double ShadowHours { get; init; } = 24;

    /// <summary>Min requests to the challenger before a canary's step, or a shadow's period, may end.</summary>
    public int MinimumRequests { get; init; } = 200;

    /// <summary>Requests with the same value of this header stay on one side of a canary.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>
    /// As <see cref="KeyHeader"/>, by this field of a request's first row. Default without either: the row's id, if the
    /// model has an id column.
    /// </summary>
    public string? KeyField { get; init; }

    /// <summary>
    /// A challenger is rolled back if its error rate is significantly above the champion's, and by more than this.
    /// </summary>
    public double MaxErrorRateIncrease { get; init; } = 0.01;

    /// <summary>
    /// It is rolled back if more than one in twenty of its requests exceeds the champion's 95th percentile latency by
    /// this share.
    /// </summary>
    public double MaxLatencyIncrease { get; init; } = 0.5;

    /// <summary>Latency differences below this many milliseconds are ignored.</summary>
    public double MinLatencyMilliseconds { get; init; } = 1;

    /// <summary>
    /// It is rolled back if its metric on predictions with feedback is significantly worse, and by more than this, in
    /// the metric's units.
    /// </summary>
    public double MaxMetricLoss { get; init; }
}

[JsonConverter(typeof(CamelCaseConverter<RolloutStrategy>))]
public enum RolloutStrategy { BlueGreen, Canary, Shadow }

[JsonConverter(typeof(CamelCaseConverter<ApprovalMode>))]
public enum ApprovalMode { Auto, Manual }
