using Serverless.Learning.Binning;

namespace Serverless.Learning.Tables;

/// <summary>
/// How to hold files with too many rows for typed columns: every row as bins of known thresholds, some rows with their
/// values.
/// </summary>
/// <param name="KeptShare">Share of the rows kept with their values; see <see cref="RowKeepRule"/>.</param>
/// <param name="Edges">By column: one for a number or boolean, one per calendar part of a timestamp.</param>
public sealed record BinningPlan(double KeptShare, IReadOnlyDictionary<string, BinThresholds[]> Edges)
{
    /// <summary>Max values kept over all rows, 4 bytes each.</summary>
    public const long MaxValues = 4_000_000;

    /// <summary>
    /// Max rows kept, however few columns there are; models that need values do not improve with more.
    /// </summary>
    public const int MaxRows = 200_000;

    /// <summary>Min rows kept, however many columns there are.</summary>
    public const int MinRows = 20_000;

    /// <summary>Max rows held as typed columns; files with more are held as bins.</summary>
    public static int RowsFor(int columns) => (int)Math.Clamp(MaxValues / Math.Max(1, columns), MinRows, MaxRows);
}
