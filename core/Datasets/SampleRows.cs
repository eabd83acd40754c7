namespace Serverless.Datasets;

/// <summary>
/// Rows spread evenly over a file of unknown length, in bounded memory: every row at first, and each time there are too many,
/// every other one is dropped and only every other further one is kept. The same file always gives the same sample.
/// </summary>
internal sealed class SampleRows
{
    public const int MaximumRows = 50_000;
    private const long MaximumBytes = 64 << 20;

    private readonly List<Row> _rows = [];
    private long _bytes;

    public int Count => _rows.Count;

    /// <summary>Of how many rows that were offered one is in the sample: 1, or a power of two.</summary>
    public long Every { get; private set; } = 1;

    /// <summary>Rows that were offered.</summary>
    public long Seen { get; private set; }

    public void Add(CsvTokenizer csv)
    {
        var number = Seen++;
        if (number % Every != 0) return;
        var row = Row.Of(csv, number);
        _rows.Add(row);
        _bytes += row.Bytes;
        while (_rows.Count > MaximumRows || _bytes > MaximumBytes) Thin();
    }

    /// <summary>Which of the rows that were offered this one is, from 0.</summary>
    public long Number(int row) => _rows[row].Number;

    public ReadOnlySpan<byte> Field(int row, int column) => _rows[row].Field(column);

    private void Thin()
    {
        Every *= 2;
        _rows.RemoveAll(r => r.Number % Every != 0);
        _bytes = _rows.Sum(r => r.Bytes);
    }

    private sealed record Row(long Number, byte[] Text, int[] Ends)
    {
        public long Bytes => Text.Length + ((long)sizeof(int) * Ends.Length);

        public static Row Of(CsvTokenizer csv, long number)
        {
            var ends = new int[csv.FieldCount];
            var length = 0;
            for (var i = 0; i < ends.Length; i++) ends[i] = length += csv.Field(i).Length;
            var text = new byte[length];
            for (var i = 0; i < ends.Length; i++) csv.Field(i).CopyTo(text.AsSpan(i == 0 ? 0 : ends[i - 1]));
            return new Row(number, text, ends);
        }

        public ReadOnlySpan<byte> Field(int column)
        {
            var start = column == 0 ? 0 : Ends[column - 1];
            return Text.AsSpan(start, Ends[column] - start);
        }
    }
}
