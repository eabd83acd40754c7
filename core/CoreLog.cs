using Microsoft.Extensions.Logging;

namespace Serverless;

/// <summary>Every log message of this project.</summary>
internal static partial class CoreLog
{
    [LoggerMessage(1, LogLevel.Error, "The prediction log could not be written; predictions go on.")]
    public static partial void PredictionLogFailed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "Version {Version} of {Model} could not be loaded; version {Serving} goes on answering.")]
    public static partial void LoadFailed(ILogger logger, string model, int version, int serving, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "The aliases of {Model} could not be refreshed; the version at hand goes on answering.")]
    public static partial void RefreshFailed(ILogger logger, string model, Exception exception);

    [LoggerMessage(4, LogLevel.Information, "{Model} answers with version {Version} from now on; before, with version {Before}.")]
    public static partial void Swapped(ILogger logger, string model, int version, int before);

    [LoggerMessage(5, LogLevel.Information, "{Model} answers with version {Version}, its first in this process.")]
    public static partial void FirstLoaded(ILogger logger, string model, int version);

    [LoggerMessage(6, LogLevel.Error, "{Model} could not be checked by {Check}; the other models are.")]
    public static partial void CheckFailed(ILogger logger, string model, string check, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "Version {Version} of {Model} could not be loaded, and there is no other to answer.")]
    public static partial void FirstLoadFailed(ILogger logger, string model, int version, Exception exception);

    // Alert rules on Azure look for these two events. They name features and statistics, never a value of a row.
    [LoggerMessage(8, LogLevel.Warning, "{Model}, version {Version}, is stale: {Message}", EventName = EventNames.StalenessAlert)]
    public static partial void StalenessAlert(ILogger logger, string model, int version, string message);

    [LoggerMessage(9, LogLevel.Warning, "{Model}, version {Version}, sees drift: {Message}", EventName = EventNames.DriftAlert)]
    public static partial void DriftAlert(ILogger logger, string model, int version, string message);

    [LoggerMessage(EventId = 30, Message = "{Model}: {File} in batch/in: {Message}")]
    public static partial void BatchEnded(ILogger logger, LogLevel level, string model, string file, string message);
}
