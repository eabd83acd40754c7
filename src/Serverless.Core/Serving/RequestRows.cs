using Serverless.Learning.Features;

namespace Serverless.Core.Serving;

/// <summary>
/// The rows of one request: their feature slots, and the position of each in the body. Reused per thread, so parsing
/// does not allocate.
/// </summary>
public sealed class RequestRows
{
    // Limits what a thread keeps: 10,000 wide rows take a hundred megabytes.
    private const int MaxKept = 1 << 16;

    [ThreadStatic]
    private static RequestRows? _ofThread;

    private float[] _slots = [];
    private double[] _outputs = [];
    private Row[] _rows = [];
    private RowEncoder? _encoder;
    private int _width;

    public int Count { get; private set; }

    /// <summary>The columnar body; null if each row is a JSON object.</summary>
    public ColumnarBody? Columns { get; set; }

    /// <summary>Returns the thread's own instance, empty. Do not keep it across an await.</summary>
    internal static RequestRows OfThread(RowEncoder encoder)
    {
        var batch = _ofThread ??= new RequestRows();
        if (Math.Max(batch._slots.Length, batch._outputs.Length) > MaxKept) batch = _ofThread = new RequestRows();
        batch.Begin(encoder);
        return batch;
    }

    /// <summary>Clears it for rows of a model.</summary>
    internal void Begin(RowEncoder encoder)
    {
        _encoder = encoder;
        _width = encoder.SlotCount;
        Clear();
    }

    internal void Clear() => (Count, Columns) = (0, null);

    /// <summary>Adds a row with every value missing.</summary>
    public Span<float> Add()
    {
        if (Count == _rows.Length) Array.Resize(ref _rows, Math.Max(8, 2 * Count));
        if (_slots.Length < (Count + 1) * _width)
        {
            Array.Resize(ref _slots, Math.Max((Count + 1) * _width, 2 * _slots.Length));
        }

        _rows[Count] = default;
        var slots = _slots.AsSpan(Count++ * _width, _width);
        _encoder!.EmptyRow.CopyTo(slots);
        return slots;
    }

    public Span<float> Slots(int row) => _slots.AsSpan(row * _width, _width);

    /// <summary>Room for the outputs of all rows, row-major; not cleared.</summary>
    /// <param name="width">Outputs per row.</param>
    internal Span<double> Outputs(int width)
    {
        if (_outputs.Length < Count * width) _outputs = new double[Count * width];
        return _outputs.AsSpan(0, Count * width);
    }

    /// <summary>The row's value of the model's id column; null without one.</summary>
    internal string? Id(int row) => _rows[row].Id;

    public void SetId(int row, string? id) => _rows[row].Id = id;

    internal void SetPlace(int row, int start, int end) => (_rows[row].Start, _rows[row].End) = (start, end);

    /// <summary>The row as a JSON object.</summary>
    internal ReadOnlySpan<byte> Source(int row, ReadOnlySpan<byte> body) =>
        Columns is { } columns ? columns.Row(row, body) : body[_rows[row].Start.._rows[row].End];

    private struct Row
    {
        public string? Id;
        public int Start;
        public int End;
    }
}
