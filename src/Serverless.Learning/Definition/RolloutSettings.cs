using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

public sealed record RolloutSettings
{
    public RolloutStrategy Strategy { get; init; } = RolloutStrategy.BlueGreen;

    /// <summary>
    /// Manual: the step to all traffic is a person's. A blue-green version waits as challenger; a canary waits at its last
    /// share, a shadow at the end of its period.
    /// </summary>
    public ApprovalMode Approval { get; init; } = ApprovalMode.Auto;

    /// <summary>Percent of the traffic that a canary answers, step by step, ascending. After the last one it is champion: 100 may be left out.</summary>
    public IReadOnlyList<double> Steps { get; init; } = [5, 25, 50, 100];

    /// <summary>A canary's step lasts at least this many minutes.</summary>
    public double StepMinutes { get; init; } = 10;

    /// <summary>A shadow's period, in hours.</summary>
    public double ShadowHours { get; init; } = 24;

    /// <summary>A canary's step, and a shadow's period, last until the challenger had this many requests.</summary>
    public int MinimumRequests { get; init; } = 200;

    /// <summary>Requests with the same value of this header are answered by the same side of a canary.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>As <see cref="KeyHeader"/>, by this field of a request's first row. Null for both: the row's id, where the model has an id column.</summary>
    public string? KeyField { get; init; }

    /// <summary>A challenger is rolled back when its share of failed requests is surely above the champion's, and by more than this.</summary>
    public double MaxErrorRateIncrease { get; init; } = 0.01;

    /// <summary>It is rolled back when more than one in twenty of its requests is slower than the champion's 95th percentile and this share of it.</summary>
    public double MaxLatencyIncrease { get; init; } = 0.5;

    /// <summary>Slower by fewer milliseconds than this is not slower.</summary>
    public double MinLatencyMilliseconds { get; init; } = 1;

    /// <summary>It is rolled back when its metric on predictions with feedback is surely worse, and by more than this, in the metric's units.</summary>
    public double MaxMetricLoss { get; init; }
}

[JsonConverter(typeof(CamelCaseConverter<RolloutStrategy>))]
public enum RolloutStrategy { BlueGreen, Canary, Shadow }

[JsonConverter(typeof(CamelCaseConverter<ApprovalMode>))]
public enum ApprovalMode { Auto, Manual }
