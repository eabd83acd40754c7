using System.Text.Json.Serialization;

namespace Serverless.Local.Hosting;

/// <summary>
/// Counts the attempts at one blob or message. Saved before each attempt, so that work which kills the host is
/// given up in the end. An attempt that a stop of the host interrupts does not count.
/// </summary>
public sealed record Attempts
{
    /// <summary>Abandoned attempts after which the work is assumed to kill the host.</summary>
    public const int MaxAbandoned = 50;

    /// <summary>Attempts that ended with an exception.</summary>
    public int Failures { get; init; }

    /// <summary>Attempts that never ended, because the host was killed.</summary>
    public int Abandoned { get; init; }

    /// <summary>Whether an attempt has begun and not ended.</summary>
    public bool Running { get; init; }

    [JsonIgnore]
    public bool IsAbandonedForGood => Abandoned >= MaxAbandoned;

    public Attempts Begin() => this with { Running = true, Abandoned = Running ? Abandoned + 1 : Abandoned };

    public Attempts Fail() => this with { Running = false, Failures = Failures + 1 };

    /// <summary>
    /// Ends an attempt without counting it: the host stopped, or the store was unavailable.
    /// </summary>
    public Attempts Interrupt() => this with { Running = false };
}
