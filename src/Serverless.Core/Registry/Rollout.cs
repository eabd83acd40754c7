using Serverless.Learning.Definition;

namespace Serverless.Core.Registry;

/// <summary>
/// One version's way to all traffic, as <c>aliases.json</c> holds it, so that all instances agree. It has all that
/// answering a request needs; how it is judged is told by the version's own definition.
/// </summary>
public sealed record Rollout
{
    /// <summary>The challenger.</summary>
    public required int Version { get; init; }

    /// <summary>The champion that it is compared with.</summary>
    public required int Against { get; init; }

    /// <summary>Canary or shadow.</summary>
    public required RolloutStrategy Strategy { get; init; }

    public required RolloutStatus Status { get; init; }

    /// <summary>Percent of the requests that the challenger answers now: 0 to 100.</summary>
    public required double Percent { get; init; }

    /// <summary>From 1; a shadow has one step.</summary>
    public required int Step { get; init; }

    public required int Steps { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Each step is judged by its own requests; they are known by this moment.</summary>
    public required DateTimeOffset StepStartedAt { get; init; }

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>See <see cref="RolloutSettings.KeyHeader"/>.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>See <see cref="RolloutSettings.KeyField"/>.</summary>
    public string? KeyField { get; init; }

    [JsonIgnore]
    public bool IsLive => Status is RolloutStatus.Running or RolloutStatus.AwaitingApproval;

    /// <summary>The first step of a version's roll-out.</summary>
    internal static Rollout Begin(int version, int against, RolloutSettings settings, DateTimeOffset now)
    {
        var shares = Shares(settings);
        return new Rollout
        {
            Version = version,
            Against = against,
            Strategy = settings.Strategy,
            Status = RolloutStatus.Running,
            Percent = shares[0],
            Step = 1,
            Steps = shares.Count,
            StartedAt = now,
            StepStartedAt = now,
            KeyHeader = settings.KeyHeader,
            KeyField = settings.KeyField,
        };
    }

    /// <summary>
    /// Percent of the traffic in each step. At 100 the challenger is champion, so that is no step of its own.
    /// </summary>
    internal static IReadOnlyList<double> Shares(RolloutSettings settings) => settings.Strategy switch
    {
        RolloutStrategy.Canary => [.. settings.Steps.Where(s => s < 100)],
        RolloutStrategy.Shadow => [0],
        _ => throw new ArgumentException($"Expected canary or shadow, found {settings.Strategy}.", nameof(settings)),
    };

    /// <summary>Whether the counts of the one are those of the other.</summary>
    internal bool IsSameStep(Rollout other) => Version == other.Version && StepStartedAt == other.StepStartedAt;

    internal Rollout End(RolloutStatus status, DateTimeOffset now) =>
        this with { Status = status, Percent = 0, EndedAt = now };
}

[JsonConverter(typeof(CamelCaseConverter<RolloutStatus>))]
public enum RolloutStatus
{
    Running,

    /// <summary>It was fine so far; a person has the last word.</summary>
    AwaitingApproval,

    /// <summary>The challenger is champion.</summary>
    Promoted,

    /// <summary>The challenger was surely worse.</summary>
    RolledBack,

    /// <summary>The champion or the challenger was set to another version.</summary>
    Stopped,
}
