using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Serverless.Csv.Cells;
using Serverless.Csv.Formats;
using Serverless.Csv.Records;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;

namespace Serverless.Learning.Inference;

/// <summary>
/// Samples rows evenly from a file of unknown length in bounded memory: keeps every row at first; when full, drops
/// every other row and doubles the stride. The same file always gives the same sample.
/// </summary>
public sealed class StridedRowSample
{
    public const int MaxRows = 50_000;
    private const int MaxBytes = 64 << 20;

    /// <summary>Numbers are read in whole vectors, which reach past both ends of the text.</summary>
    private const int Padding = 16;
    private const int MaxText = Padding + MaxBytes + CsvTokenizer.MaxRecordBytes + Padding;

    // The rows' texts back to back, and the end of each field: reading a column walks memory in order.
    private byte[] _text = new byte[64 * 1024];
    private int[] _ends = new int[1024];
    private long[] _numbers = new long[64];
    private int _fields;

    public int Count { get; private set; }

    /// <summary>The stride: one in this many rows offered is in the sample; 1 or a power of two.</summary>
    public long Every { get; private set; } = 1;

    /// <summary>Number of rows offered.</summary>
    public long Seen { get; private set; }

    /// <summary>
    /// Tells how many rows there will be, so that none is taken that would be dropped again; before the first row.
    /// </summary>
    public void Expect(long rows)
    {
        while ((rows + Every - 1) / Every > MaxRows) Every *= 2;
    }

    /// <summary>Adds a row of the current row group.</summary>
    public void Add(ParquetTable table, int row)
    {
        var number = Seen++;
        if ((number & (Every - 1)) != 0) return;
        _fields = table.Columns.Count;
        if (Count == _numbers.Length) Array.Resize(ref _numbers, 2 * Count);
        while (_ends.Length < (Count + 1) * _fields) Array.Resize(ref _ends, 2 * _ends.Length);
        var end = End(Count);
        for (var i = 0; i < _fields; i++)
        {
            var column = table.Columns[i];
            var room = end + column.MaxLength(row) + Padding;
            if (_text.Length < room) Array.Resize(ref _text, Math.Max(room, 2 * _text.Length));
            _ends[(Count * _fields) + i] = end += column.Write(row, _text.AsSpan(end));
        }

        _numbers[Count++] = number;
        while (Count > MaxRows || Bytes > MaxBytes) Thin();
    }

    /// <param name="csv">Positioned at a row with as many fields as the rows before.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(CsvTokenizer csv)
    {
        var number = Seen++;
        if ((number & (Every - 1)) != 0) return;
        _fields = csv.FieldCount;
        if (Count == _numbers.Length) Array.Resize(ref _numbers, 2 * Count);
        while (_ends.Length < (Count + 1) * _fields) Array.Resize(ref _ends, 2 * _ends.Length);
        var end = End(Count);
        while (_text.Length < end + csv.RecordPlace.Length + Padding)
        {
            Array.Resize(ref _text, Math.Min(2 * _text.Length, MaxText));
        }

        csv.CopyFields(_text, end, _ends.AsSpan(Count * _fields, _fields));
        _numbers[Count++] = number;
        while (Count > MaxRows || Bytes > MaxBytes) Thin();
    }

    /// <summary>Rewrites the fields of the columns that have a format.</summary>
    public void Rewrite(FileFormats formats)
    {
        if (formats.IsPlain || Count == 0) return;
        var (text, ends) = (new byte[_text.Length], new int[Count * _fields]);
        var at = Padding;
        for (var row = 0; row < Count; row++)
        {
            for (var column = 0; column < _fields; column++)
            {
                var field = Field(row, column);
                var room = at + Math.Max(field.Length, CellFormat.MaxBytes) + Padding;
                if (room > text.Length) Array.Resize(ref text, Math.Max(room, 2 * text.Length));
                var length = formats.Of(column)?.Write(field, text.AsSpan(at, CellFormat.MaxBytes)) ?? -1;
                if (length < 0)
                {
                    field.CopyTo(text.AsSpan(at));
                    length = field.Length;
                }

                ends[(row * _fields) + column] = at += length;
            }
        }

        (_text, _ends) = (text, ends);
    }

    /// <summary>Index of the row among those offered, from 0.</summary>
    public long Number(int row) => _numbers[row];

    /// <summary>A field's text, followed by at least 16 readable bytes.</summary>
    public ReadOnlySpan<byte> Field(int row, int column)
    {
        var place = Place(row, column);
        return _text.AsSpan(place.Start, place.Length);
    }

    /// <summary>Number of different texts in a column.</summary>
    public int CountDistinct(int column)
    {
        var distinct = new DistinctHashes();
        for (var row = 0; row < Count; row++) distinct.Add(FieldHash.Of(Field(row, column)));
        return distinct.Count;
    }

    /// <summary>Parses eight consecutive rows at once; see <see cref="Avx512NumberParser.Read"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadEight(int row, int column, out Vector512<double> values)
    {
        Span<ulong> places = stackalloc ulong[Avx512NumberParser.Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = Unsafe.BitCast<CsvTokenizer.FieldPlace, ulong>(Place(row + i, column));
        }

        return Avx512NumberParser.Read(
            ref MemoryMarshal.GetArrayDataReference(_text),
            ref Unsafe.As<ulong, CsvTokenizer.FieldPlace>(ref MemoryMarshal.GetReference(places)),
            ref MemoryMarshal.GetReference(Avx512NumberParser.InOrder),
            out values);
    }

    private long Bytes => End(Count) - Padding + ((long)sizeof(int) * Count * _fields);

    private CsvTokenizer.FieldPlace Place(int row, int column)
    {
        var field = (row * _fields) + column;
        var start = field == 0 ? Padding : _ends[field - 1];
        return new CsvTokenizer.FieldPlace(start, _ends[field] - start);
    }

    /// <summary>Where the text of the first <paramref name="rows"/> rows ends.</summary>
    private int End(int rows) => rows == 0 ? Padding : _ends[(rows * _fields) - 1];

    private void Thin()
    {
        Every *= 2;
        var kept = 0;
        var end = Padding;
        for (var row = 0; row < Count; row++)
        {
            if ((_numbers[row] & (Every - 1)) != 0) continue;

            // Copies left or in place: no unread row is overwritten.
            var start = End(row);
            var length = End(row + 1) - start;
            _text.AsSpan(start, length).CopyTo(_text.AsSpan(end));
            for (var i = 0; i < _fields; i++) _ends[(kept * _fields) + i] = _ends[(row * _fields) + i] - start + end;
            end += length;
            _numbers[kept++] = _numbers[row];
        }

        Count = kept;
    }
}
