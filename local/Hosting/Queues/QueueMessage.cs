using System.Text.Json.Serialization;

namespace Serverless.Local.Hosting.Queues;

/// <summary>One message, as stored. Ids sort by the time of sending.</summary>
public sealed record QueueMessage(string Id, string Body, DateTimeOffset SentAt)
{
    /// <summary>When the message is due.</summary>
    public DateTimeOffset VisibleAt { get; init; }

    /// <summary>
    /// W3C traceparent of the sender's span, so that the run joins its trace; null without a span.
    /// </summary>
    public string? TraceParent { get; init; }

    public Attempts Attempts { get; init; } = new();

    /// <summary>Why the last attempt failed, for operators who look at a poison queue.</summary>
    public string? LastError { get; init; }
}
