using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Serverless.Csv.Formats;

/// <summary>The texts of a column in one row group: each of a dictionary once, and the code of each row.</summary>
/// <param name="isExact">Whether blanks at the ends belong to the texts; else they are dropped, as in CSV.</param>
/// <param name="maxLevel">The definition level of a row that has a value.</param>
public sealed class ParquetTexts(bool isExact, int maxLevel) : ParquetPages.IValues
{
    /// <summary>Readable bytes before and behind a text: numbers are read in whole vectors.</summary>
    private const int Padding = 16;

    private byte[] _text = new byte[1024];
    private (int Start, int Length)[] _entries = [];
    private int[] _codes = [];
    private int _count;
    private int _rows;
    private int _end;

    /// <summary>Changes with each row group.</summary>
    public int Version { get; private set; }

    /// <summary>Dictionary code of each row's text; −1 for a missing value.</summary>
    public ReadOnlySpan<int> Codes => _codes.AsSpan(0, _rows);

    /// <summary>Of each code, in <see cref="Text"/>.</summary>
    public ReadOnlySpan<(int Start, int Length)> Entries => _entries.AsSpan(0, _count);

    public byte[] Text => _text;

    public ReadOnlySpan<byte> Entry(int code) => _text.AsSpan(_entries[code].Start, _entries[code].Length);

    /// <summary>Empties it for the next row group.</summary>
    internal void Start(int rows)
    {
        Version++;
        (_count, _rows, _end) = (0, 0, Padding);
        if (_codes.Length < rows) _codes = new int[rows];
    }

    internal void Add(int code) => _codes[_rows++] = code;

    internal int AddEntry(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text)) text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        if (!isExact && !CsvRow.NeedsQuotes(text)) text = text.Trim(" \t"u8);
        if (_count == _entries.Length) Array.Resize(ref _entries, Math.Max(64, 2 * _count));
        if (_text.Length - _end < text.Length + Padding)
        {
            Array.Resize(ref _text, checked(Math.Max(2 * _text.Length, _end + text.Length + Padding)));
        }

        text.CopyTo(_text.AsSpan(_end));
        _entries[_count] = (_end, text.Length);
        _end += text.Length;
        return _count++;
    }

    void ParquetPages.IValues.SetDictionary(ReadOnlySpan<byte> values, int count)
    {
        for (; count > 0; count--) AddEntry(Next(ref values));
    }

    void ParquetPages.IValues.AddPlain(ReadOnlySpan<byte> values, ReadOnlySpan<int> levels, int present)
    {
        foreach (var level in levels) Add(level == maxLevel ? AddEntry(Next(ref values)) : -1);
    }

    void ParquetPages.IValues.AddIndices(ReadOnlySpan<int> indices, ReadOnlySpan<int> levels)
    {
        var next = 0;
        foreach (var level in levels)
        {
            var code = level == maxLevel ? indices[next++] : -1;
            if (code >= _count) throw Damaged();
            Add(code);
        }
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> values)
    {
        if (values.Length < sizeof(int)) throw Damaged();
        var length = BinaryPrimitives.ReadInt32LittleEndian(values);
        if (length < 0 || length > values.Length - sizeof(int)) throw Damaged();
        var text = values.Slice(sizeof(int), length);
        values = values[(sizeof(int) + length)..];
        return text;
    }

    private static InvalidDataException Damaged() => new("The texts of a column are damaged.");
}
