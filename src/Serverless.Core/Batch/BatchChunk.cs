using System.Buffers;
using Serverless.Csv.Records;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>
/// Some rows on their way: slots, then outputs, then CSV. Used again and again, so that rows leave no garbage.
/// </summary>
internal sealed class BatchChunk
{
    /// <summary>
    /// Ids and errors beyond this end a chunk before it is full: a file of long ones takes no more memory.
    /// </summary>
    public const int MostTextBytes = 1 << 18;

    private const int MostRows = 1024;
    private const int MostNumbers = 1 << 20;

    private readonly int _slotCount;
    private readonly int[] _idEnds;

    public BatchChunk(int slotCount, int outputCount)
    {
        _slotCount = slotCount;
        Capacity = Math.Clamp(MostNumbers / Math.Max(1, slotCount + outputCount), 1, MostRows);
        Slots = new float[Capacity * slotCount];
        Outputs = new double[Capacity * outputCount];
        _idEnds = new int[Capacity];
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    /// <summary>Number of the first row, from 1.</summary>
    public long FirstRow { get; private set; }

    /// <summary>Row after row.</summary>
    public float[] Slots { get; }

    public double[] Outputs { get; }

    public ArrayBufferWriter<byte> Ids { get; } = new();

    /// <summary>The rows that cannot be predicted, ascending.</summary>
    public List<(int Row, Anomaly What)> Errors { get; } = [];

    /// <summary>Where the row after the last one begins; see <see cref="CsvTokenizer.Next"/>.</summary>
    public CsvPosition Next { get; set; }

    /// <summary>The rows as CSV, as they are stored.</summary>
    public MemoryStream Text { get; } = new();

    public bool IsFull => Count == Capacity || Ids.WrittenCount > MostTextBytes || Errors.Count == Capacity / 4 + 1;

    public void Clear(long firstRow)
    {
        (Count, FirstRow) = (0, firstRow);
        Ids.ResetWrittenCount();
        Errors.Clear();
        Text.SetLength(0);
    }

    /// <summary>Adds a row in which everything is missing.</summary>
    public Span<float> Add(ReadOnlySpan<byte> id)
    {
        Ids.Write(id);
        _idEnds[Count] = Ids.WrittenCount;
        var slots = Slots.AsSpan(Count++ * _slotCount, _slotCount);
        slots.Fill(float.NaN);
        return slots;
    }

    public ReadOnlySpan<byte> Id(int row) => Ids.WrittenSpan[(row == 0 ? 0 : _idEnds[row - 1]).._idEnds[row]];
}
