using Serverless.Learning.Binning;

namespace Serverless.Learning.Tables;

/// <summary>
/// How files are held that have too many rows for typed columns: every row in bytes, whose bins were found before, and
/// some rows with their values.
/// </summary>
/// <param name="KeptShare">Of the rows; see <see cref="RowKeepRule"/>.</param>
/// <param name="Edges">By column: one for a number or a boolean, one for each calendar part of a timestamp.</param>
public sealed record BinningPlan(double KeptShare, IReadOnlyDictionary<string, BinThresholds[]> Edges)
{
    /// <summary>Values that are kept as they are, in all rows together: 4 bytes each.</summary>
    public const long MaxValues = 4_000_000;

    /// <summary>Few enough columns give no more rows than this; no model that needs values gets better by more.</summary>
    public const int MaxRows = 200_000;

    /// <summary>However many columns there are, so many rows are kept.</summary>
    public const int MinRows = 20_000;

    /// <summary>How many rows are held as typed columns; files with more are held in bytes.</summary>
    public static int RowsFor(int columns) => (int)Math.Clamp(MaxValues / Math.Max(1, columns), MinRows, MaxRows);
}
