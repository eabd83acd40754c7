using Microsoft.Extensions.Logging;

namespace Serverless.Core.Training;

/// <summary>Log messages of training runs.</summary>
internal static partial class TrainingLog
{
    [LoggerMessage(31, LogLevel.Warning, "The progress of training runs could not be written; the runs continue.")]
    public static partial void ProgressNotWritten(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 42, Level = LogLevel.Warning, Message = "{Model}: {Message}")]
    public static partial void FileNameRefused(ILogger logger, string model, string message);
}
