using Serverless.Learning.Definition;

namespace Serverless.Core.Registry;

/// <summary>
/// A version's roll-out as stored in <c>aliases.json</c>, so that all instances agree. It holds all that serving needs;
/// the version's own definition holds how it is judged.
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

    /// <summary>Percentage of requests answered by the challenger: 0 to 100.</summary>
    public required double Percent { get; init; }

    /// <summary>1-based; a shadow has one step.</summary>
    public required int Step { get; init; }

    public required int Steps { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the step began. Identifies the step's requests, which are judged separately.</summary>
    public required DateTimeOffset StepStartedAt { get; init; }

    /// <summary>Null while it is live.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>See <see cref="RolloutSettings.KeyHeader"/>.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>See <see cref="RolloutSettings.KeyField"/>.</summary>
    public string? KeyField { get; init; }

    [JsonIgnore]
    public bool IsLive => Status is RolloutStatus.Running or RolloutStatus.AwaitingApproval;

    /// <summary>Begins the first step of a version's roll-out.</summary>
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
    /// Percentage of the traffic in each step. 100 is no step, since the challenger is then champion.
    /// </summary>
    internal static IReadOnlyList<double> Shares(RolloutSettings settings) => settings.Strategy switch
    {
        RolloutStrategy.Canary => [.. settings.Steps.Where(s => s < 100)],
        RolloutStrategy.Shadow => [0],
        _ => throw new ArgumentException($"Expected canary or shadow, found {settings.Strategy}.", nameof(settings)),
    };

    /// <summary>Whether both count the same requests.</summary>
    internal bool IsSameStep(Rollout other) => Version == other.Version && StepStartedAt == other.StepStartedAt;

    internal Rollout End(RolloutStatus status, DateTimeOffset now) =>
        this with { Status = status, Percent = 0, EndedAt = now };
}

[JsonConverter(typeof(CamelCaseConverter<RolloutStatus>))]
public enum RolloutStatus
{
    Running,

    /// <summary>Passed all steps; a person decides.</summary>
    AwaitingApproval,

    /// <summary>The challenger is champion.</summary>
    Promoted,

    /// <summary>The challenger was significantly worse.</summary>
    RolledBack,

    /// <summary>The champion or the challenger was changed by a person.</summary>
    Stopped,
}
