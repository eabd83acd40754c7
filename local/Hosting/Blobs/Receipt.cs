namespace Serverless.Local.Hosting.Blobs;

public enum ReceiptOutcome
{
    /// <summary>Needs a first or a further attempt.</summary>
    Pending,

    Succeeded,

    /// <summary>Given up, until the blob changes.</summary>
    Poisoned,
}

/// <summary>What a function did with one blob, under one ETag.</summary>
public sealed record Receipt(string Name, string ETag)
{
    public ReceiptOutcome Outcome { get; init; }

    public Attempts Attempts { get; init; } = new();

    public DateTimeOffset At { get; init; }
}

/// <summary>A blob that was given up, and why, for operators to read.</summary>
public sealed record PoisonRecord(
    string Function, string Name, string ETag, string Reason, Attempts Attempts, DateTimeOffset At);
