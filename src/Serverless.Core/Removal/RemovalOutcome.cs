namespace Serverless.Core.Removal;

/// <summary>The result of a request to delete a model or a version.</summary>
public abstract record RemovalOutcome
{
    private RemovalOutcome()
    {
    }

    /// <param name="Blobs">What was deleted, by container; without containers in which nothing was.</param>
    public sealed record Deleted(IReadOnlyList<DeletedBlobs> Blobs) : RemovalOutcome;

    public sealed record NotFound : RemovalOutcome;

    /// <summary>A training run holds the model's lease.</summary>
    public sealed record Busy : RemovalOutcome;

    /// <param name="Why">What names the version, and what to do first.</param>
    public sealed record InUse(string Why) : RemovalOutcome;
}

/// <param name="Blobs">How many were deleted.</param>
/// <param name="Bytes">Their content.</param>
public sealed record DeletedBlobs(string Container, int Blobs, long Bytes);
