using Microsoft.Extensions.Logging;

namespace Serverless;

/// <summary>Every log message of this project.</summary>
internal static partial class CoreLog
{
    [LoggerMessage(1, LogLevel.Error, "The prediction log could not be written; predictions go on.")]
    public static partial void PredictionLogFailed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "Version {Version} of {Model} could not be loaded; version {Serving} goes on answering.")]
    public static partial void LoadFailed(ILogger logger, string model, int version, int? serving, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "The aliases of {Model} could not be refreshed; the version at hand goes on answering.")]
    public static partial void RefreshFailed(ILogger logger, string model, Exception exception);

    [LoggerMessage(4, LogLevel.Information, "{Model} answers with version {Version} (before: {Before}).")]
    public static partial void Swapped(ILogger logger, string model, int version, int? before);

    // Alert rules on Azure look for these two events. They name features and statistics, never a value of a row.
    [LoggerMessage(5, LogLevel.Warning, "{Model}, version {Version}, is stale: {Message}", EventName = EventNames.StalenessAlert)]
    public static partial void StalenessAlert(ILogger logger, string model, int version, string message);

    [LoggerMessage(6, LogLevel.Warning, "{Model}, version {Version}, sees drift: {Message}", EventName = EventNames.DriftAlert)]
    public static partial void DriftAlert(ILogger logger, string model, int version, string message);
}
