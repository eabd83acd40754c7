using System.Text.Json;

namespace Serverless.Core.Serving;

/// <summary>
/// The rows of one request: their feature slots, and where in its body each stands. One per thread, filled anew by each
/// request, so that parsing leaves no garbage.
/// </summary>
internal sealed class RequestRows
{
    // A request of 10,000 rows must not leave every thread with a hundred megabytes for ever.
    private const int MaximumKeptSlots = 1 << 16;

    [ThreadStatic]
    private static RequestRows? _ofThread;

    private float[] _slots = [];
    private Row[] _rows = [];
    private int _width;

    public int Count { get; private set; }

    /// <summary>Set where the body is in columns: then a row does not stand anywhere as a whole.</summary>
    public ColumnPlaces? Columns { get; set; }

    /// <summary>The thread's own, empty. Not to be kept past a wait.</summary>
    public static RequestRows OfThread(int width)
    {
        var batch = _ofThread ??= new RequestRows();
        if (batch._slots.Length > MaximumKeptSlots) batch = _ofThread = new RequestRows();
        batch.Begin(width);
        return batch;
    }

    /// <summary>Empties it for rows of so many slots.</summary>
    public void Begin(int width)
    {
        _width = width;
        Clear();
    }

    public void Clear() => (Count, Columns) = (0, null);

    /// <summary>Adds a row in which everything is missing.</summary>
    public Span<float> Add()
    {
        if (Count == _rows.Length) Array.Resize(ref _rows, Math.Max(8, 2 * Count));
        if (_slots.Length < (Count + 1) * _width) Array.Resize(ref _slots, Math.Max((Count + 1) * _width, 2 * _slots.Length));
        _rows[Count] = default;
        var slots = _slots.AsSpan(Count++ * _width, _width);
        slots.Fill(float.NaN);
        return slots;
    }

    public Span<float> Slots(int row) => _slots.AsSpan(row * _width, _width);

    /// <summary>The row's value of the model's id column, null where it has none.</summary>
    public string? Id(int row) => _rows[row].Id;

    public void SetId(int row, string? id) => _rows[row].Id = id;

    public void SetPlace(int row, int start, int end) => (_rows[row].Start, _rows[row].End) = (start, end);

    /// <summary>The row as a JSON object.</summary>
    public ReadOnlySpan<byte> Source(int row, ReadOnlySpan<byte> body) =>
        Columns is { } columns ? columns.Row(row, body) : body[_rows[row].Start.._rows[row].End];

    private struct Row
    {
        public string? Id;
        public int Start;
        public int End;
    }
}

/// <summary>Where the names and the values of a body in columns stand: a row of it can be put together again.</summary>
internal sealed class ColumnPlaces
{
    private readonly List<(int Name, List<int> Values)> _columns = [];

    /// <param name="name">Where the column's name begins in the body.</param>
    /// <returns>Takes where each of its values begins.</returns>
    public List<int> Add(int name)
    {
        _columns.Add((name, []));
        return _columns[^1].Values;
    }

    public byte[] Row(int row, ReadOnlySpan<byte> body)
    {
        using var json = new MemoryStream();
        foreach (var (name, values) in _columns)
        {
            json.WriteByte(json.Length == 0 ? (byte)'{' : (byte)',');
            json.Write(Token(body[name..]));
            json.WriteByte((byte)':');
            json.Write(Token(body[values[row]..]));
        }

        json.WriteByte((byte)'}');
        return json.ToArray();
    }

    private static ReadOnlySpan<byte> Token(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
        reader.Read();
        return text[..(int)reader.BytesConsumed];
    }
}
