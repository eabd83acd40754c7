using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>
/// Conditions as HTTP has them, and ETags as this store gives them out: without quotes, the same from everywhere.
/// </summary>
internal static class AzureConditions
{
    public static string Text(ETag etag) => etag.ToString().Trim('"');

    public static BlobRequestConditions IfMatches(string etag) => new() { IfMatch = new ETag($"\"{etag}\"") };

    public static BlobRequestConditions? Of(WriteCondition condition) =>
        condition.IfAbsent ? new BlobRequestConditions { IfNoneMatch = ETag.All }
        : condition.ETag is { } etag ? IfMatches(etag)
        : null;

    /// <summary>What an answer says about the condition; null where it says something else.</summary>
    public static WriteOutcome? Refusal(RequestFailedException e, WriteCondition condition)
    {
        if (condition.IfAbsent)
        {
            return e.Says(BlobErrorCode.BlobAlreadyExists, BlobErrorCode.ConditionNotMet)
                ? WriteOutcome.AlreadyExists
                : null;
        }

        if (condition.ETag is null) return null;
        return e.Says(BlobErrorCode.ConditionNotMet, BlobErrorCode.BlobNotFound, BlobErrorCode.ContainerNotFound)
            ? WriteOutcome.Changed
            : null;
    }
}
