using System.Runtime.CompilerServices;

namespace Serverless.Datasets;

/// <summary>
/// Rows spread evenly over a file of unknown length, in bounded memory: every row at first, and each time there are too many,
/// every other one is dropped and only every other further one is kept. The same file always gives the same sample.
/// </summary>
internal sealed class SampleRows
{
    public const int MaximumRows = 50_000;
    private const int MaximumBytes = 64 << 20;

    /// <summary>Numbers are read in whole vectors, beyond the text's end.</summary>
    private const int Padding = 16;
    private const int MaximumText = MaximumBytes + CsvTokenizer.MaximumRecordBytes + Padding;

    // The rows' texts one after the other, and where each field ends: whoever looks through a column goes through memory in order.
    private byte[] _text = new byte[64 * 1024];
    private int[] _ends = new int[1024];
    private long[] _numbers = new long[64];
    private int _fields;

    public int Count { get; private set; }

    /// <summary>Of how many rows that were offered one is in the sample: 1, or a power of two.</summary>
    public long Every { get; private set; } = 1;

    /// <summary>Rows that were offered.</summary>
    public long Seen { get; private set; }

    /// <param name="csv">Stands at a row; of as many fields as those before.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(CsvTokenizer csv)
    {
        var number = Seen++;
        if ((number & (Every - 1)) != 0) return;
        _fields = csv.FieldCount;
        if (Count == _numbers.Length) Array.Resize(ref _numbers, 2 * Count);
        while (_ends.Length < (Count + 1) * _fields) Array.Resize(ref _ends, 2 * _ends.Length);
        _numbers[Count] = number;
        var end = End(Count);
        for (var i = 0; i < _fields; i++)
        {
            var field = csv.Field(i);
            while (_text.Length < end + field.Length + Padding) Array.Resize(ref _text, Math.Min(2 * _text.Length, MaximumText));
            field.CopyTo(_text.AsSpan(end));
            _ends[(Count * _fields) + i] = end += field.Length;
        }

        Count++;
        while (Count > MaximumRows || Bytes > MaximumBytes) Thin();
    }

    /// <summary>Which of the rows that were offered this one is, from 0.</summary>
    public long Number(int row) => _numbers[row];

    /// <summary>A field's text; at least 16 readable bytes follow it.</summary>
    public ReadOnlySpan<byte> Field(int row, int column)
    {
        var field = (row * _fields) + column;
        var start = field == 0 ? 0 : _ends[field - 1];
        return _text.AsSpan(start, _ends[field] - start);
    }

    private long Bytes => End(Count) + ((long)sizeof(int) * Count * _fields);

    /// <summary>Where the first rows' text ends.</summary>
    private int End(int rows) => rows == 0 ? 0 : _ends[(rows * _fields) - 1];

    private void Thin()
    {
        Every *= 2;
        var kept = 0;
        var end = 0;
        for (var row = 0; row < Count; row++)
        {
            if ((_numbers[row] & (Every - 1)) != 0) continue;

            // To its left or where it is: what is still to be read is not written yet.
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
