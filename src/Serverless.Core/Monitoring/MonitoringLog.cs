using Microsoft.Extensions.Logging;

namespace Serverless.Core.Monitoring;

/// <summary>Log messages of periodic checks.</summary>
internal static partial class MonitoringLog
{
    [LoggerMessage(6, LogLevel.Error, "The {Check} check of {Model} failed; the other models are checked.")]
    public static partial void CheckFailed(ILogger logger, string model, string check, Exception exception);
}
