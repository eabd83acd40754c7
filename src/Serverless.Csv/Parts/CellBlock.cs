using System.Runtime.InteropServices;

namespace Serverless.Csv.Parts;

/// <summary>The cells of some rows as texts, column by column.</summary>
internal sealed class CellBlock
{
    /// <summary>Bounds of a row group, and so of the memory of who writes or reads it.</summary>
    private const int MaxRows = 128 * 1024;
    private const int MaxCells = 4 << 20;
    private const int MaxBytes = 32 << 20;

    private readonly Column[] _columns;
    private readonly int _maxRows;
    private long _bytes;

    public CellBlock(int columns)
    {
        _columns = [.. Enumerable.Range(0, columns).Select(_ => new Column())];
        _maxRows = Math.Clamp(MaxCells / columns, 1, MaxRows);
    }

    public int Rows { get; private set; }

    /// <summary>Depends on the rows alone, so that the same rows always end up in the same blocks.</summary>
    public bool IsFull => Rows >= _maxRows || _bytes >= MaxBytes;

    /// <summary>Adds the next row's cell of a column.</summary>
    public void Add(int column, ReadOnlySpan<byte> cell)
    {
        _columns[column].Add(cell, Rows);
        _bytes += cell.Length;
    }

    public void EndRow() => Rows++;

    public ReadOnlySpan<byte> Cell(int row, int column) => _columns[column].Cell(row);

    public void Clear() => (Rows, _bytes) = (0, 0);

    public async Task WriteAsync(Stream to, CancellationToken cancellationToken)
    {
        await to.WriteAsync(BitConverter.GetBytes(Rows), cancellationToken);
        foreach (var column in _columns)
        {
            await to.WriteAsync(MemoryMarshal.AsBytes(column.Ends.AsSpan(0, Rows)).ToArray(), cancellationToken);
            await to.WriteAsync(column.Text.AsMemory(0, column.End(Rows)), cancellationToken);
        }
    }

    /// <summary>Reads what <see cref="WriteAsync"/> has written; false at the end.</summary>
    public async Task<bool> ReadAsync(Stream from, CancellationToken cancellationToken)
    {
        var count = new byte[sizeof(int)];
        if (await from.ReadAtLeastAsync(count, count.Length, throwOnEndOfStream: false, cancellationToken) == 0)
        {
            return false;
        }

        Rows = BitConverter.ToInt32(count);
        foreach (var column in _columns)
        {
            if (column.Ends.Length < Rows) column.Ends = new int[Rows];
            var ends = new byte[sizeof(int) * Rows];
            await from.ReadExactlyAsync(ends, cancellationToken);
            MemoryMarshal.Cast<byte, int>(ends).CopyTo(column.Ends);
            var length = column.End(Rows);
            if (column.Text.Length < length) column.Text = new byte[length];
            await from.ReadExactlyAsync(column.Text.AsMemory(0, length), cancellationToken);
        }

        return true;
    }

    private sealed class Column
    {
        public byte[] Text { get; set; } = new byte[1024];

        public int[] Ends { get; set; } = new int[256];

        public int End(int rows) => rows == 0 ? 0 : Ends[rows - 1];

        public ReadOnlySpan<byte> Cell(int row) => Text.AsSpan(End(row), Ends[row] - End(row));

        public void Add(ReadOnlySpan<byte> cell, int row)
        {
            var (text, ends) = (Text, Ends);
            var start = End(row);
            if (start + cell.Length > text.Length)
            {
                Array.Resize(ref text, Math.Max(start + cell.Length, 2 * text.Length));
                Text = text;
            }

            if (row == ends.Length)
            {
                Array.Resize(ref ends, 2 * row);
                Ends = ends;
            }

            cell.CopyTo(text.AsSpan(start));
            ends[row] = start + cell.Length;
        }
    }
}
