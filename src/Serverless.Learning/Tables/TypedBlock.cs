using System.Buffers;
using System.Runtime.InteropServices;
using Serverless.Csv.Cells;
using Serverless.Csv.Formats;
using Serverless.Csv.Records;
using Serverless.Csv.Values;

namespace Serverless.Learning.Tables;

/// <summary>
/// Rows of a Parquet file: values where their columns have types, and texts where they are asked for.
/// </summary>
public sealed class TypedBlock : RowBlock
{
    /// <summary>Rows of a batch: a column's values stay in the processor's cache.</summary>
    public const int MaxRows = 4096;

    private readonly ParquetTable _table;
    private readonly ColumnCells[] _columns;
    private int[] _identity = [];
    private int _from;

    /// <param name="formats">By which cells are rewritten; null leaves a column's cells as they are.</param>
    public TypedBlock(ParquetTable table, IReadOnlyList<CellFormat?> formats) =>
        (_table, _columns) = (table, [.. formats.Select(f => new ColumnCells(f))]);

    public override int RowsTogether => MaxRows;

    /// <summary>Takes rows of the current row group.</summary>
    public void Take(int from, int count)
    {
        (_from, Count) = (from, count);
        foreach (var column in _columns) column.IsWritten = false;
        if (_identity.Length < count) _identity = [.. Enumerable.Range(0, count)];
    }

    public override long Line(int row) => _table.RowsBefore + _from + row + 1;

    public override byte[] Record(int row)
    {
        var line = new ArrayBufferWriter<byte>();
        _table.WriteRow(_from + row, line);
        return line.WrittenSpan[..^1].ToArray();
    }

    public override ReadOnlySpan<double> Numbers(int place)
    {
        if (place < 0 || !_columns[place].IsPlain) return default;
        var numbers = _table.Columns[place].Numbers;
        return numbers.IsEmpty ? default : numbers.Slice(_from, Count);
    }

    public override ReadOnlySpan<long> Ticks(int place)
    {
        if (place < 0 || !_columns[place].IsPlain) return default;
        var ticks = _table.Columns[place].Ticks;
        return ticks.IsEmpty ? default : ticks.Slice(_from, Count);
    }

    public override ParquetTexts? Texts(int place, out ReadOnlySpan<int> codes)
    {
        codes = default;
        if (place < 0 || !_columns[place].IsAsStored || _table.Columns[place].Texts is not { } texts) return null;
        if (texts.Entries.Length > texts.Codes.Length / 2) return null;
        codes = texts.Codes.Slice(_from, Count);
        return texts;
    }

    public override BlockFields FieldsOf(int place, out int column)
    {
        column = place < 0 ? -1 : 0;
        if (place < 0) return default;
        var cells = _columns[place];
        if (!cells.IsWritten) cells.Write(_table.Columns[place], _from, Count);
        return new BlockFields(
            ref MemoryMarshal.GetArrayDataReference(_identity), ref MemoryMarshal.GetArrayDataReference(cells.Places),
            ref MemoryMarshal.GetArrayDataReference(cells.Text), default);
    }

    /// <summary>The texts of one column's cells in the batch.</summary>
    private sealed class ColumnCells
    {
        /// <summary>Numbers are read in whole vectors, which reach past both ends of the text.</summary>
        private const int Padding = 16;

        private readonly CellFormat? _format;
        private CsvTokenizer.FieldPlace[] _entries = [];
        private byte[] _rewritten = [];
        private ParquetTexts? _of;
        private int _version;

        public ColumnCells(CellFormat? format)
        {
            var inner = format is MissingFormat missing ? missing.Inner : format;
            var words = (format as MissingFormat)?.Words ?? [];
            IsAsStored = format is null or StoredFormat;
            IsPlain = inner is null or StoredFormat && !words.Any(IsValue);
            _format = IsAsStored ? null : format;
        }

        /// <summary>Whether no cell is rewritten.</summary>
        public bool IsAsStored { get; }

        /// <summary>Whether no number and no moment is rewritten.</summary>
        public bool IsPlain { get; }

        public bool IsWritten { get; set; }

        public CsvTokenizer.FieldPlace[] Places { get; private set; } = [];

        public byte[] Text { get; private set; } = [];

        public void Write(ParquetColumn column, int from, int count)
        {
            if (Places.Length < count) Places = new CsvTokenizer.FieldPlace[count];
            if (column.Texts is { } texts) TakeTexts(texts, texts.Codes.Slice(from, count));
            else WriteValues(column, from, count);
            IsWritten = true;
        }

        private static bool IsValue(byte[] word) =>
            Utf8NumberParser.TryParse(word, out _) || TimestampText.TryParse(word, out _);

        private void TakeTexts(ParquetTexts texts, ReadOnlySpan<int> codes)
        {
            if (_of != texts || _version != texts.Version) Rewrite(texts);
            Text = _format is null ? texts.Text : _rewritten;
            for (var i = 0; i < codes.Length; i++) Places[i] = _entries[codes[i] + 1];
        }

        /// <summary>Places each text of the dictionary, behind the cell of a missing one.</summary>
        private void Rewrite(ParquetTexts texts)
        {
            (_of, _version) = (texts, texts.Version);
            var count = texts.Entries.Length + 1;
            if (_entries.Length < count) _entries = new CsvTokenizer.FieldPlace[Math.Max(count, 2 * _entries.Length)];
            if (_format is null)
            {
                _entries[0] = new CsvTokenizer.FieldPlace(Padding, 0);
                for (var i = 1; i < count; i++)
                {
                    var (start, length) = texts.Entries[i - 1];
                    _entries[i] = new CsvTokenizer.FieldPlace(start, length);
                }

                return;
            }

            var at = Padding;
            for (var i = 0; i < count; i++)
            {
                var cell = i == 0 ? default : texts.Entry(i - 1);
                Ensure(ref _rewritten, at, cell.Length);
                at += Put(cell, _rewritten.AsSpan(at), at, ref _entries[i]);
            }
        }

        private void WriteValues(ParquetColumn column, int from, int count)
        {
            var (text, at) = (Text, Padding);
            Span<byte> cell = stackalloc byte[CellFormat.MaxBytes];
            for (var i = 0; i < count; i++)
            {
                Ensure(ref text, at, CellFormat.MaxBytes);
                var length = column.Write(from + i, cell);
                at += Put(cell[..length], text.AsSpan(at), at, ref Places[i]);
            }

            Text = text;
        }

        private int Put(ReadOnlySpan<byte> cell, Span<byte> to, int at, ref CsvTokenizer.FieldPlace place)
        {
            var length = _format?.Write(cell, to) ?? -1;
            if (length < 0)
            {
                cell.CopyTo(to);
                length = cell.Length;
            }

            place = new CsvTokenizer.FieldPlace(at, length);
            return length;
        }

        private static void Ensure(ref byte[] text, int at, int length)
        {
            var room = at + Math.Max(length, CellFormat.MaxBytes) + (4 * Padding);
            if (text.Length < room) Array.Resize(ref text, Math.Max(room, 2 * text.Length));
        }
    }
}
