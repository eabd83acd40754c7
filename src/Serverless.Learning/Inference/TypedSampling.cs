using Serverless.Csv.Formats;
using Serverless.Csv.Text;

namespace Serverless.Learning.Inference;

/// <summary>Samples the rows of a Parquet file, of which only the sampled ones become text.</summary>
/// <param name="rows">Receives the sampled rows.</param>
internal sealed class TypedSampling(ParquetTable table, StridedRowSample rows)
{
    /// <summary>Numbers are read in whole vectors, which reach past the end of the text.</summary>
    private const int Padding = 16;

    private byte[] _cell = new byte[256];

    /// <param name="label">Index of the label, each of which is profiled: a rare class must not be missed.</param>
    /// <param name="labels">Null without a label.</param>
    /// <param name="maxRows">Stops soon after as many rows.</param>
    /// <returns>Why it stopped before the end; null where it did not.</returns>
    public async Task<CsvDamage?> RunAsync(
        int label, ColumnProfile? labels, long maxRows, CancellationToken cancellationToken)
    {
        if (maxRows >= table.RowCount) rows.Expect(table.RowCount);
        try
        {
            while (rows.Seen < maxRows && await table.NextAsync(cancellationToken))
            {
                for (var row = 0; row < table.Rows; row++)
                {
                    labels?.AddLabel(Cell(row, table.Columns[label]), rows.Seen);
                    rows.Add(table, row);
                }
            }

            return null;
        }
        catch (UnreadableTextException e)
        {
            return e.Damage;
        }
    }

    private ReadOnlySpan<byte> Cell(int row, ParquetColumn column)
    {
        if (column.Texts is { } texts) return texts.Codes[row] is >= 0 and var code ? texts.Entry(code) : default;
        var room = column.MaxLength(row) + Padding;
        if (_cell.Length < room) _cell = new byte[room];
        return _cell.AsSpan(0, column.Write(row, _cell));
    }
}
