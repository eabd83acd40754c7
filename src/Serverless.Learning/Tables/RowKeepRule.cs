using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <summary>
/// Which rows of a large file are kept with their values, about as many as are asked for. It follows from a row's place
/// among the accepted ones alone: the same file gives the same rows, and rows that repeat are not kept or lost as one.
/// </summary>
public sealed class RowKeepRule(double share)
{
    private readonly ulong _limit = (ulong)(share * ulong.MaxValue);

    /// <summary>How many of the first rows are kept.</summary>
    public int CountKept(int rows)
    {
        var kept = 0;
        for (var row = 0; row < rows; row++) kept += Keeps(row) ? 1 : 0;
        return kept;
    }

    public bool Keeps(int row) => SplitMix64.Mix((ulong)row ^ 0x5851F42D4C957F2D) <= _limit;
}
