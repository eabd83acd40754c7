using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <summary>
/// Decides which rows of a large file are kept with their values, about the given share. Depends only on a row's
/// position among the accepted ones: the same file keeps the same rows, and repeated rows are kept or dropped
/// independently.
/// </summary>
public sealed class RowKeepRule(double share)
{
    private readonly ulong _limit = (ulong)(share * ulong.MaxValue);

    /// <summary>Number of the first <paramref name="rows"/> rows that are kept.</summary>
    public int CountKept(int rows)
    {
        var kept = 0;
        for (var row = 0; row < rows; row++) kept += Keeps(row) ? 1 : 0;
        return kept;
    }

    public bool Keeps(int row) => SplitMix64.Mix((ulong)row ^ 0x5851F42D4C957F2D) <= _limit;
}
