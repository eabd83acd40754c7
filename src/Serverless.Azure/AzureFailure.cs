using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;
using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>What an exception of the Azure libraries means, and how it is told to callers that know no Azure.</summary>
internal static class AzureFailure
{
    /// <summary>Worth trying again: no answer, or one that says the service is busy or broken just now.</summary>
    public static bool IsTransient(Exception e) => e switch
    {
        RequestFailedException { Status: 0 or 408 or 429 or >= 500 } => true,
        RequestFailedException failed when failed.Says(BlobErrorCode.ContainerBeingDeleted) => true,
        // A timeout of the pipeline; where the caller cancels, nobody asks.
        OperationCanceledException => true,
        // An assembly that is missing is a fault of ours, and an IOException too.
        IOException and not FileNotFoundException or HttpRequestException => true,
        _ => false,
    };

    /// <summary>False only where the request surely never left this machine.</summary>
    public static bool MayHaveHappened(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException http)
            {
                return http.HttpRequestError is not (HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);
            }
        }

        return true;
    }

    /// <summary>True where the service answered with one of these codes.</summary>
    public static bool Says(this RequestFailedException e, params ReadOnlySpan<BlobErrorCode> codes)
    {
        // Without an answer there is no code, and the library's own comparison does not take none.
        if (e.ErrorCode is not { } code) return false;
        foreach (var one in codes)
        {
            if (one == code) return true;
        }

        return false;
    }

    public static bool IsOfAzure(Exception e) => e is RequestFailedException or AuthenticationFailedException;

    public static Exception Translate(Exception e, string subject) => e switch
    {
        RequestFailedException { Status: 401 or 403 } refused => new UnauthorizedAccessException(
            $"{subject}: access is refused ({Reason(refused)}). Check the key, or the roles of the identity.", e),
        RequestFailedException failed => new IOException($"{subject}: {Reason(failed)}", e),
        _ => new UnauthorizedAccessException($"{subject}: no token could be had: {e.Message}", e),
    };

    public static StoreUnavailableException Unavailable(Exception e, string subject) =>
        new(
            $"{subject}: the store does not answer: "
            + $"{(e is RequestFailedException failed ? Reason(failed) : e.Message)}",
            e);

    /// <summary>The first line of the message; those after it repeat the whole answer.</summary>
    private static string Reason(RequestFailedException e)
    {
        var line = e.Message.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? e.Message[..end] : e.Message;
        return e.ErrorCode is null ? line : $"{e.ErrorCode}: {line}";
    }
}
