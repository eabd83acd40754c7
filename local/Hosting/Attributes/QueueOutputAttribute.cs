namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Sends a function's return value, or a property of it, to a queue: a string unchanged, an object as JSON, each item
/// of a sequence as its own message, and nothing for null.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class QueueOutputAttribute(string queueName) : Attribute
{
    public string QueueName { get; } = queueName;

    /// <summary>
    /// Name of the setting that holds the storage connection. The embedded host has one store and ignores it.
    /// </summary>
    public string? Connection { get; set; }
}
