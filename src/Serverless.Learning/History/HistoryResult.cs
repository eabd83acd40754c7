using Serverless.Learning.Definition;

namespace Serverless.Learning.History;

/// <summary>What counts of one part.</summary>
public sealed record PartHistory
{
    public required string Name { get; init; }

    /// <summary>The rows that count, ascending; null: all.</summary>
    public required int[]? Rows { get; init; }

    /// <summary>Number of rows that count.</summary>
    public required int Counted { get; init; }

    /// <summary>
    /// Rows that other parts count: repeated ones of earlier parts, or those with a newer row of their key.
    /// </summary>
    public required int Elsewhere { get; init; }

    /// <summary>Rows that <c>data.window</c> leaves out.</summary>
    public required int OutsideWindow { get; init; }

    /// <summary>How it was taken: an extract repeats rows of earlier parts.</summary>
    public required DataMode Mode { get; init; }

    /// <summary>False: the other mode is possible too, and a person should decide.</summary>
    public required bool IsSure { get; init; }

    /// <summary>
    /// Rows of the part before that this one lacks although it should repeat them, and has others in their place: they
    /// were probably changed, and both states count.
    /// </summary>
    public int Changed { get; init; }

    /// <summary>Why it was taken so, for people; empty where there was nothing to decide.</summary>
    public string Why { get; init; } = "";
}

/// <summary>What counts of all parts.</summary>
/// <param name="Parts">As given, oldest first.</param>
/// <param name="Mode">Extract if any part repeats earlier rows.</param>
/// <param name="IsSure">Whether all parts are.</param>
/// <param name="Message">What was decided and why, with the remedy, for people.</param>
public sealed record HistoryResult(
    IReadOnlyList<PartHistory> Parts, DataMode Mode, bool IsSure, string Message)
{
    /// <summary>Number of rows that count.</summary>
    public int Counted => Parts.Sum(p => p.Counted);
}
