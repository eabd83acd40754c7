namespace Serverless.Sql;

public enum PullStatus
{
    /// <summary>A file landed in <c>datasets/{model}/source/</c>.</summary>
    Landed,

    /// <summary>The source has nothing that is not in a file already.</summary>
    NothingNew,

    /// <summary>Another host pulls at this moment.</summary>
    InProgress,

    /// <summary>The model has no source.</summary>
    NoSource,

    /// <summary>The rows could not be read; nothing landed, and an alert was raised.</summary>
    Failed,
}

/// <summary>How a pull ended.</summary>
/// <param name="Reason">Why nothing landed, and what to do; null if a file landed.</param>
/// <param name="File">What landed.</param>
public sealed record PullResult(PullStatus Status, string? Reason, LandedFile? File = null)
{
    internal static PullResult Fail(string reason) => new(PullStatus.Failed, reason);

    internal static PullResult Wait { get; } =
        new(PullStatus.InProgress, "Another pull of this source is in progress. Try again when it has ended.");
}

/// <param name="File">Path below <c>datasets/{model}/</c>.</param>
/// <param name="Sha256">Of the file's bytes, lower-case hex.</param>
public sealed record LandedFile(string File, long Rows, string Sha256);
