namespace Serverless.Tests.Intake;

internal enum IntakeOutcome
{
    Right,

    /// <summary>The whole file was rejected, with a message.</summary>
    Refused,

    /// <summary>Numbers or moments that became texts or are left out, and no anomaly names the column.</summary>
    Lost,

    WrongKind,
    WrongValues,

    /// <summary>An id that is learned from.</summary>
    Learned,

    /// <summary>Read in one of two ways without saying so.</summary>
    Unsaid,
}

/// <param name="IsTold">
/// Whether the run says something about the column: an anomaly, why it is left out, or that it is ambiguous.
/// </param>
internal sealed record ColumnVerdict(IntakeColumn Column, IntakeOutcome Outcome, string Found, bool IsTold);

/// <summary>What the product made of a file, beside the truth.</summary>
/// <param name="Rejection">Null if the file was accepted.</param>
/// <param name="TaskIsRight">Whether the task and the label are; true for a rejected file, which has no task.</param>
/// <param name="Told">The product's word on label and task.</param>
internal sealed record IntakeVerdict(
    IntakeFile File, string? Rejection, bool TaskIsRight, string Told, IReadOnlyList<ColumnVerdict> Columns)
{
    public int Count(IntakeOutcome outcome) => Columns.Count(c => c.Outcome == outcome);
}
