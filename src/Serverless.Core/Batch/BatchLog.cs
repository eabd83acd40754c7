using Microsoft.Extensions.Logging;

namespace Serverless.Core.Batch;

/// <summary>Log messages of batch predictions.</summary>
internal static partial class BatchLog
{
    [LoggerMessage(EventId = 40, Message = "{Model}: {File} in batch/in: {Message}")]
    public static partial void BatchEnded(ILogger logger, LogLevel level, string model, string file, string message);
}
