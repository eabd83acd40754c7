using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;
using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>Classifies exceptions of the Azure libraries and translates them to those of a store.</summary>
internal static class AzureFailure
{
    /// <summary>Whether a retry may help: there was no answer, or the service is busy or failing.</summary>
    public static bool IsTransient(Exception e) => e switch
    {
        RequestFailedException { Status: 0 or 408 or 429 or >= 500 } => true,
        RequestFailedException failed when failed.Says(BlobErrorCode.ContainerBeingDeleted) => true,
        // A timeout in the pipeline. Callers check their own cancellation first.
        OperationCanceledException => true,
        // FileNotFoundException means a missing assembly, which is a bug.
        IOException and not FileNotFoundException or HttpRequestException => true,
        _ => false,
    };

    /// <summary>Whether the request may have taken effect. False only if it never reached the service.</summary>
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

    /// <summary>Whether the service answered with one of these codes.</summary>
    public static bool Says(this RequestFailedException e, params ReadOnlySpan<BlobErrorCode> codes)
    {
        // Without an answer there is no code, and comparing a BlobErrorCode with null throws.
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
            $"{subject}: access denied ({Reason(refused)}). Check the key, or the roles of the identity.", e),
        RequestFailedException failed => new IOException($"{subject}: {Reason(failed)}", e),
        _ => new UnauthorizedAccessException($"{subject}: cannot get a token: {e.Message}", e),
    };

    public static StoreUnavailableException Unavailable(Exception e, string subject) =>
        new(
            $"{subject}: the store does not answer: "
            + $"{(e is RequestFailedException failed ? Reason(failed) : e.Message)}",
            e);

    /// <summary>The first line of the message; the rest repeats the answer.</summary>
    private static string Reason(RequestFailedException e)
    {
        var line = e.Message.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? e.Message[..end] : e.Message;
        return e.ErrorCode is null ? line : $"{e.ErrorCode}: {line}";
    }
}
