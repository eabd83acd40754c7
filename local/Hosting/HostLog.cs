using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;

namespace Serverless.Local.Hosting;

/// <summary>Log messages of the embedded host.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Debug, "{Function} ran in {Milliseconds} ms")]
    public static partial void Ran(this ILogger logger, string function, long milliseconds);

    [LoggerMessage(2, LogLevel.Debug, "{Function} answered in {Milliseconds} ms")]
    public static partial void Answered(this ILogger logger, string function, long milliseconds);

    [LoggerMessage(3, LogLevel.Error, "{Function} failed on {Subject}")]
    public static partial void Failed(this ILogger logger, Exception error, string function, string subject);

    [LoggerMessage(
        4, LogLevel.Information, "{Function} was stopped while working on {Subject}; the next start runs it again")]
    public static partial void Interrupted(this ILogger logger, string function, string subject);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "{Function} retries {Subject} in {Seconds:0.###} s; {Failures} of {Threshold} attempts failed")]
    public static partial void Retrying(
        this ILogger logger, string function, string subject, double seconds, int failures, int threshold);

    [LoggerMessage(6, LogLevel.Error, "{Function} gives up on {Subject}: {Reason}. See {Record}")]
    public static partial void Poisoned(
        this ILogger logger, string function, string subject, string reason, string record);

    [LoggerMessage(7, LogLevel.Error, "Request {Id} {Method} {Path} failed")]
    public static partial void RequestFailed(
        this ILogger logger, Exception error, string id, string method, string path);

    [LoggerMessage(8, LogLevel.Debug, "The client aborted {Method} {Path}")]
    public static partial void RequestAborted(this ILogger logger, string method, string path);

    /// <summary>
    /// Logs an unavailable store in one line, and any other failure of the store with its whole exception.
    /// </summary>
    public static void StoreFailed(this ILogger logger, Exception error, string function, double seconds)
    {
        if (error is StoreUnavailableException) logger.StoreUnavailable(error, function, seconds);
        else logger.StoreBroken(error, function, seconds);
    }

    [LoggerMessage(9, LogLevel.Error, "{Function}: the store failed; retrying in {Seconds} s")]
    private static partial void StoreBroken(this ILogger logger, Exception error, string function, double seconds);

    [LoggerMessage(21, LogLevel.Warning, "{Function}: the store is unavailable; retrying in {Seconds} s")]
    private static partial void StoreUnavailable(this ILogger logger, Exception error, string function, double seconds);

    [LoggerMessage(10, LogLevel.Warning, "Cannot read the host's blob {Blob}, which counts as missing: {Reason}")]
    public static partial void Unreadable(this ILogger logger, string blob, string reason);

    [LoggerMessage(11, LogLevel.Warning, "Changes in {Folder} may have been missed ({Reason}); scanning it")]
    public static partial void WatchFailed(this ILogger logger, string folder, string reason);

    [LoggerMessage(
        12, LogLevel.Warning, "Cannot watch {Folder} ({Reason}); scanning it every {Seconds} s instead")]
    public static partial void CannotWatch(this ILogger logger, string folder, string reason, double seconds);

    [LoggerMessage(13, LogLevel.Warning, "{File} is ignored: {Reason}")]
    public static partial void Ignored(this ILogger logger, string file, string reason);

    [LoggerMessage(14, LogLevel.Information, "{Function} makes up for the missed run of {Due:u}")]
    public static partial void PastDue(this ILogger logger, string function, DateTimeOffset due);

    [LoggerMessage(15, LogLevel.Information, "Stopping; running functions have {Seconds} s to end")]
    public static partial void Stopping(this ILogger logger, double seconds);

    [LoggerMessage(
        16, LogLevel.Warning, "Stopped with {Count} functions still running; the next start runs them again")]
    public static partial void StoppedWhileRunning(this ILogger logger, int count);

    [LoggerMessage(17, LogLevel.Critical, "Another host has acquired the lease on {Store}: stopping")]
    public static partial void LeaseLost(this ILogger logger, string store);

    [LoggerMessage(18, LogLevel.Critical, "The listener of {Function} failed, an error of the host: stopping")]
    public static partial void ListenerFailed(this ILogger logger, Exception error, string function);

    [LoggerMessage(
        19, LogLevel.Warning, "The lease on {Store} expired while the store was unavailable; acquiring it again")]
    public static partial void LeaseRanOut(this ILogger logger, string store);

    [LoggerMessage(
        20,
        LogLevel.Warning,
        "Another host uses {Store}, or was killed just now: waiting up to {Seconds} s for its lease")]
    public static partial void WaitingForLease(this ILogger logger, string store, double seconds);

    [LoggerMessage(23, LogLevel.Warning, "Cannot load the models ahead of the first requests")]
    public static partial void LoadingAheadFailed(this ILogger logger, Exception error);

    [LoggerMessage(
        22,
        LogLevel.Warning,
        "{Function}: the clock was ahead when it ran last: then it was {Last:u}, now it is {Now:u}. The next run is "
        + "due at {Next:u} instead of {Discarded:u}")]
    public static partial void ClockWasAhead(
        this ILogger logger,
        string function,
        DateTimeOffset last,
        DateTimeOffset now,
        DateTimeOffset discarded,
        DateTimeOffset next);
}
