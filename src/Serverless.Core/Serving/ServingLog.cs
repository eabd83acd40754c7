using Microsoft.Extensions.Logging;
using Serverless.Learning.Definition;

namespace Serverless.Core.Serving;

/// <summary>Log messages of serving and of live roll-outs.</summary>
internal static partial class ServingLog
{
    [LoggerMessage(1, LogLevel.Error, "The prediction log could not be written; predictions continue.")]
    public static partial void PredictionLogFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        2, LogLevel.Error, "Version {Version} of {Model} could not be loaded; version {Serving} keeps answering.")]
    public static partial void LoadFailed(ILogger logger, string model, int version, int serving, Exception exception);

    [LoggerMessage(
        3, LogLevel.Error, "The aliases of {Model} could not be refreshed; the loaded version keeps answering.")]
    public static partial void RefreshFailed(ILogger logger, string model, Exception exception);

    [LoggerMessage(
        4, LogLevel.Information, "{Model} now answers with version {Version}, before with version {Before}.")]
    public static partial void Swapped(ILogger logger, string model, int version, int before);

    [LoggerMessage(5, LogLevel.Information, "{Model} answers with version {Version}, its first in this process.")]
    public static partial void FirstLoaded(ILogger logger, string model, int version);

    [LoggerMessage(
        7, LogLevel.Error, "Version {Version} of {Model} could not be loaded, and no other version can answer.")]
    public static partial void FirstLoadFailed(ILogger logger, string model, int version, Exception exception);

    [LoggerMessage(
        21,
        LogLevel.Error,
        "Version {Version} of {Model} is rolled out and could not be loaded; the champion answers for it.")]
    public static partial void ChallengerLoadFailed(ILogger logger, string model, int version, Exception exception);

    [LoggerMessage(
        22, LogLevel.Information, "{Model}: {Strategy} of version {Version}, step {Step}, {Percent} % of the traffic.")]
    public static partial void RolloutStep(
        ILogger logger, string model, RolloutStrategy strategy, int version, int step, double percent);

    [LoggerMessage(23, LogLevel.Error, "{Model}: shadow scoring stopped.")]
    public static partial void ShadowFailed(ILogger logger, string model, Exception exception);

    [LoggerMessage(24, LogLevel.Error, "The counts of a roll-out could not be written; predictions continue.")]
    public static partial void RolloutLogFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        30, LogLevel.Debug, "{Model} answers with version {Version} again, which had been evicted.")]
    public static partial void LoadedAgain(ILogger logger, string model, int version);
}
