using Microsoft.Extensions.Logging;

namespace Serverless.Core.Monitoring;

/// <summary>Log messages of periodic checks.</summary>
internal static partial class MonitoringLog
{
    [LoggerMessage(6, LogLevel.Error, "{Model} could not be checked by {Check}; the other models are.")]
    public static partial void CheckFailed(ILogger logger, string model, string check, Exception exception);
}
