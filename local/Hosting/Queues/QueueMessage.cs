using System.Text.Json.Serialization;

namespace Serverless.Local.Hosting;

/// <summary>One message as it lies in the store. Its id sorts by the time it was sent.</summary>
public sealed record QueueMessage(string Id, string Body, DateTimeOffset SentAt)
{
    /// <summary>Hidden until then.</summary>
    public DateTimeOffset VisibleAt { get; init; }

    /// <summary>
    /// The span in which it was sent (W3C), so that what it leads to is in the same trace; null where none was.
    /// </summary>
    public string? TraceParent { get; init; }

    public Attempts Attempts { get; init; } = new();

    /// <summary>Why the last try failed; for people who look at a poison queue.</summary>
    public string? LastError { get; init; }
}
