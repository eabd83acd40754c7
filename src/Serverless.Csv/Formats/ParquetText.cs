using System.Buffers;

namespace Serverless.Csv.Formats;

/// <summary>A Parquet file as CSV, for readers of text.</summary>
internal sealed class ParquetText(ParquetTable table) : ConvertedText
{
    private const int PieceRows = 2048;

    private readonly Queue<Task<ArrayBufferWriter<byte>>> _pieces = new();
    private readonly Stack<ArrayBufferWriter<byte>> _free = new();
    private bool _isOpen;
    private int _row;

    /// <summary>The file's columns. It is read either as text or by them, never in both ways.</summary>
    public ParquetTable Table => table;

    protected override async ValueTask<bool> ConvertAsync(
        ArrayBufferWriter<byte> to, CancellationToken cancellationToken)
    {
        if (!_isOpen)
        {
            await table.OpenAsync(cancellationToken);
            table.WriteNames(to);
            return _isOpen = true;
        }

        while (_row == table.Rows)
        {
            if (_pieces.Count > 0) break;
            if (!await table.NextAsync(cancellationToken)) return false;
            _row = 0;
        }

        // Several pieces are made at once, and taken in their order.
        while (_row < table.Rows && _pieces.Count <= Environment.ProcessorCount)
        {
            var (from, end) = (_row, Math.Min(table.Rows, _row + PieceRows));
            var piece = _free.TryPop(out var free) ? free : new ArrayBufferWriter<byte>();
            _pieces.Enqueue(Task.Run(() => Write(from, end, piece), CancellationToken.None));
            _row = end;
        }

        var first = await _pieces.Dequeue();
        to.Write(first.WrittenSpan);
        first.ResetWrittenCount();
        _free.Push(first);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) table.Dispose();
        base.Dispose(disposing);
    }

    private ArrayBufferWriter<byte> Write(int from, int end, ArrayBufferWriter<byte> to)
    {
        for (var row = from; row < end; row++) table.WriteRow(row, to);
        return to;
    }
}
