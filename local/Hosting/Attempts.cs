using System.Text.Json.Serialization;

namespace Serverless.Local.Hosting;

/// <summary>
/// How often a blob or message was tried. Kept in the store before each try, so that one which kills the host is
/// given up in the end; a host that was merely stopped must not use up the few tries of a good one.
/// </summary>
public sealed record Attempts
{
    /// <summary>Tries without an end after which the work is held to be what ended the host.</summary>
    public const int MaxAbandoned = 50;

    /// <summary>Tries that ended with an exception.</summary>
    public int Failures { get; init; }

    /// <summary>Tries whose end was never seen: the host was killed.</summary>
    public int Abandoned { get; init; }

    /// <summary>A try has begun and not ended.</summary>
    public bool Running { get; init; }

    [JsonIgnore]
    public bool IsAbandonedForGood => Abandoned >= MaxAbandoned;

    public Attempts Begin() => this with { Running = true, Abandoned = Running ? Abandoned + 1 : Abandoned };

    public Attempts Fail() => this with { Running = false, Failures = Failures + 1 };

    /// <summary>
    /// The host stopped and told the function so, or the store was away; that says nothing about the work.
    /// </summary>
    public Attempts Interrupt() => this with { Running = false };
}
