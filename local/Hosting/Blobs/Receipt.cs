namespace Serverless.Local.Hosting;

public enum ReceiptOutcome
{
    /// <summary>To be tried, for the first time or again.</summary>
    Pending,

    Succeeded,

    /// <summary>Given up until the blob changes.</summary>
    Poisoned,
}

/// <summary>What a function did with one state of one blob.</summary>
public sealed record Receipt(string Name, string ETag)
{
    public ReceiptOutcome Outcome { get; init; }

    public Attempts Attempts { get; init; } = new();

    public DateTimeOffset At { get; init; }
}

/// <summary>A blob that was given up, and why; for people.</summary>
public sealed record PoisonRecord(
    string Function, string Name, string ETag, string Reason, Attempts Attempts, DateTimeOffset At);
