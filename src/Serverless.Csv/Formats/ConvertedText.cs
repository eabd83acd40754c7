using System.Buffers;
using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>UTF-8 text that is made of something else, piece by piece.</summary>
internal abstract class ConvertedText : ForwardStream
{
    private readonly ArrayBufferWriter<byte> _piece = new();
    private int _taken;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_taken == _piece.WrittenCount)
        {
            if (_ended) return 0;
            _piece.ResetWrittenCount();
            _taken = 0;
            _ended = !await ConvertAsync(_piece, cancellationToken);
        }

        var count = Math.Min(buffer.Length, _piece.WrittenCount - _taken);
        _piece.WrittenMemory.Slice(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    /// <summary>Adds some of the text, or none yet.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="UnreadableTextException">The content is damaged.</exception>
    protected abstract ValueTask<bool> ConvertAsync(
        ArrayBufferWriter<byte> to, CancellationToken cancellationToken);
}
