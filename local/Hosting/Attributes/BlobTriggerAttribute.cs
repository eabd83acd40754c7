namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks the parameter of a function that runs for each new or changed blob of a path pattern.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class BlobTriggerAttribute(string blobPath) : Attribute
{
    /// <summary>Container and name, with tokens in braces: <c>datasets/{path}</c>.</summary>
    public string BlobPath { get; } = blobPath;

    /// <summary>
    /// Name of the setting that holds the storage connection. The embedded host has one store and ignores it.
    /// </summary>
    public string? Connection { get; set; }

    /// <summary>How Azure detects changes. The embedded host ignores it.</summary>
    public BlobTriggerSource Source { get; set; } = BlobTriggerSource.LogsAndContainerScan;
}

/// <summary>How Azure detects new blobs.</summary>
public enum BlobTriggerSource
{
    LogsAndContainerScan,
    EventGrid,
}
