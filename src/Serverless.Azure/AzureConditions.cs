using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>
/// Converts write conditions to HTTP conditions, and ETags to text without quotes, equal for all sources.
/// </summary>
internal static class AzureConditions
{
    public static string Text(ETag etag) => etag.ToString().Trim('"');

    public static BlobRequestConditions IfMatches(string etag) => new() { IfMatch = new ETag($"\"{etag}\"") };

    public static BlobRequestConditions? Of(WriteCondition condition) =>
        condition.IfAbsent ? new BlobRequestConditions { IfNoneMatch = ETag.All }
        : condition.ETag is { } etag ? IfMatches(etag)
        : null;

    /// <summary>The outcome if the answer says that the condition failed; else null.</summary>
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
