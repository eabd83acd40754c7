using System.Buffers;
using Serverless.Csv.Records;
using Serverless.Learning.Features;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>
/// A chunk of rows moving through the pipeline: slots, then outputs, then CSV. Chunks are reused, so rows allocate
/// nothing.
/// </summary>
internal sealed class BatchChunk
{
    /// <summary>
    /// Ends a chunk early when its ids or errors exceed this, which bounds memory for files with long ones.
    /// </summary>
    public const int MaxTextBytes = 1 << 18;

    private const int MaxRows = 1024;
    private const int MaxNumbers = 1 << 20;

    private readonly float[] _emptyRow;
    private readonly int[] _idEnds;

    /// <param name="emptyRow">See <see cref="RowEncoder.EmptyRow"/>.</param>
    public BatchChunk(ReadOnlySpan<float> emptyRow, int outputCount)
    {
        _emptyRow = emptyRow.ToArray();
        var slotCount = emptyRow.Length;
        Capacity = Math.Clamp(MaxNumbers / Math.Max(1, slotCount + outputCount), 1, MaxRows);
        Slots = new float[Capacity * slotCount];
        Outputs = new double[Capacity * outputCount];
        _idEnds = new int[Capacity];
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    /// <summary>1-based number of the first row.</summary>
    public long FirstRow { get; private set; }

    /// <summary>Row-major.</summary>
    public float[] Slots { get; }

    public double[] Outputs { get; }

    public ArrayBufferWriter<byte> Ids { get; } = new();

    /// <summary>Rows that cannot be predicted, ascending.</summary>
    public List<(int Row, Anomaly What)> Errors { get; } = [];

    /// <summary>Values that the version does not know.</summary>
    public UnknownTally Unknown { get; } = new();

    /// <summary>Where the row after the last one begins; see <see cref="CsvTokenizer.Next"/>.</summary>
    public CsvPosition Next { get; set; }

    /// <summary>The rows as CSV, as stored.</summary>
    public MemoryStream Text { get; } = new();

    public bool IsFull => Count == Capacity || Ids.WrittenCount > MaxTextBytes || Errors.Count == Capacity / 4 + 1;

    public void Clear(long firstRow)
    {
        (Count, FirstRow) = (0, firstRow);
        Ids.ResetWrittenCount();
        Errors.Clear();
        Unknown.Clear();
        Text.SetLength(0);
    }

    /// <summary>Adds a row with every feature missing.</summary>
    public Span<float> Add(ReadOnlySpan<byte> id)
    {
        Ids.Write(id);
        _idEnds[Count] = Ids.WrittenCount;
        var slots = Slots.AsSpan(Count++ * _emptyRow.Length, _emptyRow.Length);
        _emptyRow.CopyTo(slots);
        return slots;
    }

    public ReadOnlySpan<byte> Id(int row) => Ids.WrittenSpan[(row == 0 ? 0 : _idEnds[row - 1]).._idEnds[row]];
}
