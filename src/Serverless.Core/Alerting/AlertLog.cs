using Microsoft.Extensions.Logging;

namespace Serverless.Core.Alerting;

/// <summary>
/// Log messages of alerts; alert rules on Azure match their event names. They name features and statistics, never a
/// value of a row.
/// </summary>
internal static partial class AlertLog
{
    [LoggerMessage(
        8, LogLevel.Warning, "{Model}: version {Version} is stale: {Message}", EventName = EventNames.StalenessAlert)]
    public static partial void StalenessAlert(ILogger logger, string model, int version, string message);

    [LoggerMessage(
        9,
        LogLevel.Warning,
        "{Model}: the traffic of version {Version} has drifted: {Message}",
        EventName = EventNames.DriftAlert)]
    public static partial void DriftAlert(ILogger logger, string model, int version, string message);

    [LoggerMessage(
        20,
        LogLevel.Warning,
        "{Model}: the roll-out of version {Version} was rolled back: {Message}",
        EventName = EventNames.RollBackAlert)]
    public static partial void RollBackAlert(ILogger logger, string model, int version, string message);

    [LoggerMessage(
        32,
        LogLevel.Warning,
        "{Model}: {File} was rejected; the model's alerts say why.",
        EventName = EventNames.RejectedFileAlert)]
    public static partial void RejectedFileAlert(ILogger logger, string model, string file);

    [LoggerMessage(
        33,
        LogLevel.Warning,
        "{Model}: version {Version} cannot be loaded: {Message}",
        EventName = EventNames.UnreadableVersionAlert)]
    public static partial void UnreadableVersionAlert(ILogger logger, string model, int version, string message);

    [LoggerMessage(
        45,
        LogLevel.Warning,
        "{Model}: model.json cannot be used; the model's alerts say why.",
        EventName = EventNames.UnusableDefinitionAlert)]
    public static partial void UnusableDefinitionAlert(ILogger logger, string model);

    [LoggerMessage(46, LogLevel.Warning, "{Model}: {Message}", EventName = EventNames.MissingFileAlert)]
    public static partial void MissingFileAlert(ILogger logger, string model, string message);

    [LoggerMessage(
        54, LogLevel.Warning, "{Model}: {Message}", EventName = EventNames.DanglingAliasAlert)]
    public static partial void DanglingAliasAlert(ILogger logger, string model, string message);

    [LoggerMessage(
        55, LogLevel.Warning, "{Model}: {Message}", EventName = EventNames.ScheduleAlert)]
    public static partial void ScheduleAlert(ILogger logger, string model, string message);

    [LoggerMessage(
        34,
        LogLevel.Warning,
        "{Model}: its source could not be pulled; the model's alerts say why.",
        EventName = EventNames.SourceAlert)]
    public static partial void SourceAlert(ILogger logger, string model);
}
