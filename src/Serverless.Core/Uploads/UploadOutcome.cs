namespace Serverless.Core.Uploads;

/// <summary>What became of an uploaded file.</summary>
public abstract record UploadOutcome
{
    private UploadOutcome()
    {
    }

    /// <param name="Hash">SHA-256 of the stored bytes, lower-case hex.</param>
    /// <param name="Replaced">Whether there was a file of that name.</param>
    public sealed record Stored(long Bytes, string Hash, bool Replaced) : UploadOutcome;

    /// <summary>There is a file of that name, which was not to be replaced.</summary>
    public sealed record Exists : UploadOutcome;

    public sealed record TooLarge(long MaxBytes) : UploadOutcome;

    public sealed record Empty : UploadOutcome;

    /// <summary>The content is not the one that the client means.</summary>
    /// <param name="Expected">SHA-256, lower-case hex.</param>
    /// <param name="Found">SHA-256, lower-case hex.</param>
    public sealed record OtherContent(string Expected, string Found) : UploadOutcome;
}
