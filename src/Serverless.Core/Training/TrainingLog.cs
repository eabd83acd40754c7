using Microsoft.Extensions.Logging;

namespace Serverless.Core.Training;

/// <summary>Log messages of training runs.</summary>
internal static partial class TrainingLog
{
    [LoggerMessage(31, LogLevel.Warning, "The progress of training runs could not be written; the runs continue.")]
    public static partial void ProgressNotWritten(ILogger logger, Exception exception);

    [LoggerMessage(58, LogLevel.Error, "{Model}: {File} could not be taken in; the training goes on without it.")]
    public static partial void FileNotTakenIn(ILogger logger, string model, string file, Exception exception);

    [LoggerMessage(EventId = 42, Level = LogLevel.Warning, Message = "{Model}: {Message}")]
    public static partial void FileNameRefused(ILogger logger, string model, string message);
}
