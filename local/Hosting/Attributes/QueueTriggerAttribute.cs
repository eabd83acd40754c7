namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Marks the parameter (string, bytes or an object from JSON) of a function that runs for each message.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class QueueTriggerAttribute(string queueName) : Attribute
{
    public string QueueName { get; } = queueName;

    /// <summary>
    /// Name of the setting that holds the storage connection. The embedded host has one store and ignores it.
    /// </summary>
    public string? Connection { get; set; }
}
