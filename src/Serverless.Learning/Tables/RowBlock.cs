using System.Runtime.CompilerServices;
using Serverless.Csv.Formats;
using Serverless.Csv.Records;

namespace Serverless.Learning.Tables;

/// <summary>
/// A batch of rows, read column by column: each column repeats one kind of work, and several can read in parallel. Its
/// cells are texts, and values as well where the file has types.
/// </summary>
public abstract class RowBlock
{
    private int[] _good = new int[1024];
    private int[] _kept = new int[1024];
    private int _goodCount;
    private int _keptCount;

    public int Count { get; protected set; }

    /// <summary>Positions of the accepted rows, ascending, after <see cref="Accept"/>.</summary>
    public ReadOnlySpan<int> Good => _good.AsSpan(0, _goodCount);

    /// <summary>Those of <see cref="Good"/> that are kept with their values.</summary>
    public ReadOnlySpan<int> Kept => _kept.AsSpan(0, _keptCount);

    /// <summary>Rows to read from one column before the next one.</summary>
    public abstract int RowsTogether { get; }

    public abstract long Line(int row);

    /// <summary>A row as it is stored, or as a line of CSV, without its end.</summary>
    public abstract byte[] Record(int row);

    /// <summary>Fast access to a column's texts for loops over many rows.</summary>
    /// <param name="place">Index of the column; −1 if the file lacks it.</param>
    /// <param name="column">The column to ask for.</param>
    public abstract BlockFields FieldsOf(int place, out int column);

    /// <summary>The text of one cell; empty if the file lacks the column.</summary>
    public ReadOnlySpan<byte> Cell(int row, int place) => FieldsOf(place, out var column)[row, column];

    /// <summary>A column's numbers by row, NaN where missing; empty where its texts must be read.</summary>
    public virtual ReadOnlySpan<double> Numbers(int place) => default;

    /// <summary>
    /// A column's moments by row, <see cref="TimestampColumn.Missing"/> where missing; empty where its texts must be
    /// read.
    /// </summary>
    public virtual ReadOnlySpan<long> Ticks(int place) => default;

    /// <summary>A column's dictionary of few texts; null where its texts must be read.</summary>
    /// <param name="codes">By row; −1 where missing.</param>
    public virtual ParquetTexts? Texts(int place, out ReadOnlySpan<int> codes)
    {
        codes = default;
        return null;
    }

    /// <summary>Accepts all rows but the bad ones.</summary>
    /// <param name="bad">Ascending.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Accept(ReadOnlySpan<int> bad, RowKeepRule? thinning, int rowsBefore)
    {
        if (_good.Length < Count) (_good, _kept) = (new int[2 * Count], new int[2 * Count]);
        (_goodCount, _keptCount) = (0, 0);
        for (var row = 0; row < Count; row++)
        {
            if (!bad.IsEmpty && bad[0] == row)
            {
                bad = bad[1..];
                continue;
            }

            if (thinning is null || thinning.Keeps(rowsBefore + _goodCount)) _kept[_keptCount++] = row;
            _good[_goodCount++] = row;
        }
    }

    /// <summary>After a batch.</summary>
    public virtual void Clear() => Count = 0;
}
