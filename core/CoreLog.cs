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

    // Alert rules on Azure look for these events. They name features and statistics, never a value of a row.
    [LoggerMessage(8, LogLevel.Warning, "{Model}, version {Version}, is stale: {Message}", EventName = EventNames.StalenessAlert)]
    public static partial void StalenessAlert(ILogger logger, string model, int version, string message);

    [LoggerMessage(9, LogLevel.Warning, "{Model}, version {Version}, sees drift: {Message}", EventName = EventNames.DriftAlert)]
    public static partial void DriftAlert(ILogger logger, string model, int version, string message);

    [LoggerMessage(20, LogLevel.Warning, "{Model}: the roll-out of version {Version} was rolled back: {Message}", EventName = EventNames.RollBackAlert)]
    public static partial void RollBackAlert(ILogger logger, string model, int version, string message);

    [LoggerMessage(
        32,
        LogLevel.Warning,
        "{Model}: {File} was not learned from; the model's alerts say why.",
        EventName = EventNames.RejectedFileAlert)]
    public static partial void RejectedFileAlert(ILogger logger, string model, string file);

    [LoggerMessage(
        33,
        LogLevel.Warning,
        "{Model}: version {Version} cannot be loaded: {Message}",
        EventName = EventNames.UnreadableVersionAlert)]
    public static partial void UnreadableVersionAlert(ILogger logger, string model, int version, string message);

    [LoggerMessage(21, LogLevel.Error, "Version {Version} of {Model} is rolled out and could not be loaded; the champion answers for it.")]
    public static partial void ChallengerLoadFailed(ILogger logger, string model, int version, Exception exception);

    [LoggerMessage(22, LogLevel.Information, "{Model}: {Strategy} of version {Version}, step {Step}, {Percent} % of the traffic.")]
    public static partial void RolloutStep(ILogger logger, string model, Datasets.RolloutStrategy strategy, int version, int step, double percent);

    [LoggerMessage(23, LogLevel.Error, "{Model}: the shadow scores no more rows.")]
    public static partial void ShadowFailed(ILogger logger, string model, Exception exception);

    [LoggerMessage(24, LogLevel.Error, "The counts of a roll-out could not be written; predictions go on.")]
    public static partial void RolloutLogFailed(ILogger logger, Exception exception);

    [LoggerMessage(30, LogLevel.Debug, "{Model} answers with version {Version} again, after it had made room for others.")]
    public static partial void LoadedAgain(ILogger logger, string model, int version);

    [LoggerMessage(31, LogLevel.Warning, "How far the training runs have come could not be written; they go on.")]
    public static partial void ProgressNotWritten(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 40, Message = "{Model}: {File} in batch/in: {Message}")]
    public static partial void BatchEnded(ILogger logger, LogLevel level, string model, string file, string message);

    [LoggerMessage(41, LogLevel.Warning, "An event came for {Path}, which lies in no model's folder of {Container}: expected {Container}/<model>/<file>. Move it there.")]
    public static partial void NoModelFolder(ILogger logger, string container, string path);

    [LoggerMessage(EventId = 42, Level = LogLevel.Warning, Message = "{Model}: {Message}")]
    public static partial void FileNameRefused(ILogger logger, string model, string message);
}
