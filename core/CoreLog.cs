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

    /// <summary>Names features and statistics, never a value of a row. An alert rule on Azure looks for this event.</summary>
    [LoggerMessage(5, LogLevel.Warning, "{Kind} of {Model}, version {Version}: {Message}", EventName = EventNames.AlertRaised)]
    public static partial void AlertRaised(ILogger logger, string kind, string model, int version, string message);
}
