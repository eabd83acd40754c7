using Microsoft.Extensions.Logging;

namespace Serverless.Core.Removal;

/// <summary>Log messages of deletions.</summary>
internal static partial class RemovalLog
{
    [LoggerMessage(
        56, LogLevel.Information, "Deleted {Blobs} blobs of {Bytes} bytes below {Prefix}, older than their setting keeps.")]
    public static partial void Cleaned(ILogger logger, int blobs, long bytes, string prefix);

    [LoggerMessage(57, LogLevel.Warning, "{Model}: its folder in models/ is gone. It starts over: its files count as new.")]
    public static partial void StartedOver(ILogger logger, string model);
}
