using Serverless.Learning.Definition;

namespace Serverless.Learning.History;

/// <summary>How one part relates to those before it.</summary>
/// <param name="Repeated">Of each row, whether an earlier part counts it.</param>
internal sealed record RepeatDecision(bool[] Repeated, DataMode Mode, bool IsSure, int Changed, string Why)
{
    public static RepeatDecision Append(int rows, string why = "", bool isSure = true) =>
        new(new bool[rows], DataMode.Append, isSure, 0, why);
}
