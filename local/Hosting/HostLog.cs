using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;

namespace Serverless.Local.Hosting;

/// <summary>Every message of the embedded host.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Debug, "{Function} ran in {Milliseconds} ms")]
    public static partial void Ran(this ILogger logger, string function, long milliseconds);

    [LoggerMessage(2, LogLevel.Debug, "{Function} answered in {Milliseconds} ms")]
    public static partial void Answered(this ILogger logger, string function, long milliseconds);

    [LoggerMessage(3, LogLevel.Error, "{Function} failed on {Subject}")]
    public static partial void Failed(this ILogger logger, Exception error, string function, string subject);

    [LoggerMessage(4, LogLevel.Information, "{Function} was stopped on {Subject}; the next start takes it up again")]
    public static partial void Interrupted(this ILogger logger, string function, string subject);

    [LoggerMessage(
        5, LogLevel.Warning, "{Function} tries {Subject} again in {Seconds:0.###} s, {Failures} of {Threshold} "
            + "tries failed")]
    public static partial void Retrying(
        this ILogger logger, string function, string subject, double seconds, int failures, int threshold);

    [LoggerMessage(6, LogLevel.Error, "{Function} gives up on {Subject}: {Reason}. See {Record}")]
    public static partial void Poisoned(
        this ILogger logger, string function, string subject, string reason, string record);

    [LoggerMessage(7, LogLevel.Error, "Request {Id} {Method} {Path} failed")]
    public static partial void RequestFailed(
        this ILogger logger, Exception error, string id, string method, string path);

    [LoggerMessage(8, LogLevel.Debug, "Request {Method} {Path} was given up by its client")]
    public static partial void RequestAborted(this ILogger logger, string method, string path);

    /// <summary>
    /// A store that is away is one line each time; what else fails there is worth its whole exception.
    /// </summary>
    public static void StoreFailed(this ILogger logger, Exception error, string function, double seconds)
    {
        if (error is StoreUnavailableException) logger.StoreAway(error, function, seconds);
        else logger.StoreBroken(error, function, seconds);
    }

    [LoggerMessage(9, LogLevel.Error, "The store failed {Function}, which goes on in {Seconds} s")]
    private static partial void StoreBroken(this ILogger logger, Exception error, string function, double seconds);

    [LoggerMessage(21, LogLevel.Warning, "The store is away; {Function} goes on in {Seconds} s")]
    private static partial void StoreAway(this ILogger logger, Exception error, string function, double seconds);

    [LoggerMessage(10, LogLevel.Warning, "{Blob} of the host cannot be read and is taken for missing: {Reason}")]
    public static partial void Unreadable(this ILogger logger, string blob, string reason);

    [LoggerMessage(11, LogLevel.Warning, "Changes in {Folder} may have been missed ({Reason}); looking through it")]
    public static partial void WatchFailed(this ILogger logger, string folder, string reason);

    [LoggerMessage(
        12, LogLevel.Warning, "{Folder} cannot be watched ({Reason}); it is looked through every {Seconds} s instead")]
    public static partial void CannotWatch(this ILogger logger, string folder, string reason, double seconds);

    [LoggerMessage(13, LogLevel.Warning, "{File} is not taken: {Reason}")]
    public static partial void NoBlob(this ILogger logger, string file, string reason);

    [LoggerMessage(14, LogLevel.Information, "{Function} makes up for {Due:u}, which was missed")]
    public static partial void PastDue(this ILogger logger, string function, DateTimeOffset due);

    [LoggerMessage(15, LogLevel.Information, "Stopping; running functions have {Seconds} s to end")]
    public static partial void Stopping(this ILogger logger, double seconds);

    [LoggerMessage(
        16, LogLevel.Warning, "Stopped while {Count} functions would not end; the next start takes them up again")]
    public static partial void StoppedWhileRunning(this ILogger logger, int count);

    [LoggerMessage(17, LogLevel.Critical, "Another host works on {Store} by now: stopping")]
    public static partial void LeaseLost(this ILogger logger, string store);

    [LoggerMessage(18, LogLevel.Critical, "Nothing triggers {Function} any more, an error of the host: stopping")]
    public static partial void ListenerFailed(this ILogger logger, Exception error, string function);

    [LoggerMessage(19, LogLevel.Warning, "The lease on {Store} ran out while the store was away; taking it again")]
    public static partial void LeaseRanOut(this ILogger logger, string store);

    [LoggerMessage(
        20, LogLevel.Warning, "Another host works on {Store}, or was killed just now: waiting for up to {Seconds} s")]
    public static partial void WaitingForLease(this ILogger logger, string store, double seconds);

    [LoggerMessage(21, LogLevel.Warning, "The models could not be loaded ahead of the requests for them")]
    public static partial void LoadingAheadFailed(this ILogger logger, Exception error);

    [LoggerMessage(
        22,
        LogLevel.Warning,
        "{Function}: a clock that was ahead has set its times: it ran last at {Last:u}, and now it is {Now:u}. "
        + "It is due at {Next:u} again, and not at {Discarded:u}")]
    public static partial void ClockWasAhead(
        this ILogger logger,
        string function,
        DateTimeOffset last,
        DateTimeOffset now,
        DateTimeOffset discarded,
        DateTimeOffset next);
}
