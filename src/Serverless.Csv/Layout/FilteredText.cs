using System.Buffers;
using Serverless.Csv.Formats;
using Serverless.Csv.Text;

namespace Serverless.Csv.Layout;

/// <summary>A text whose lines go through a filter.</summary>
internal sealed class FilteredText(Stream text, LineFilter filter) : ConvertedText
{
    private const int MaxLineBytes = 4 << 20;

    private byte[] _buffer = new byte[64 * 1024];
    private int _end;

    protected override async ValueTask<bool> ConvertAsync(
        ArrayBufferWriter<byte> to, CancellationToken cancellationToken)
    {
        if (_end == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
        var read = await text.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        var start = 0;
        while (_buffer.AsSpan(start, _end - start).IndexOf((byte)'\n') is >= 0 and var length)
        {
            filter.Write(_buffer.AsSpan(start, length), to);
            start += length + 1;
        }

        if (read == 0 && start < _end)
        {
            filter.Write(_buffer.AsSpan(start, _end - start), to);
            start = _end;
        }

        _buffer.AsSpan(start, _end - start).CopyTo(_buffer);
        _end -= start;
        if (_end > MaxLineBytes)
        {
            throw new UnreadableTextException(new CsvDamage(
                CsvDamage.RecordTooLong, $"lines of at most {MaxLineBytes:N0} bytes", "a longer one"));
        }

        return read > 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) text.Dispose();
        base.Dispose(disposing);
    }
}
