using System.Runtime.ExceptionServices;

namespace Serverless.Csv.Text;

/// <summary>
/// Shows the first bytes of a stream before they are read. Afterwards reads go straight through, without a copy.
/// </summary>
internal sealed class PeekStream(Stream inner) : ForwardStream
{
    private byte[] _peeked = [];
    private int _start;
    private int _count;
    private ExceptionDispatchInfo? _damage;

    /// <summary>The first bytes, fewer if the stream is shorter or damaged. Later reads return them again.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        if (_peeked.Length < count) Array.Resize(ref _peeked, count);
        while (_count < count && _damage is null)
        {
            try
            {
                var read = await inner.ReadAsync(_peeked.AsMemory(_count, count - _count), cancellationToken);
                if (read == 0) break;
                _count += read;
            }
            catch (UnreadableTextException e)
            {
                _damage = ExceptionDispatchInfo.Capture(e);
            }
        }

        return _peeked.AsMemory(0, _count);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _count)
        {
            _peeked = [];
            (_start, _count) = (0, 0);
            _damage?.Throw();
            return inner.ReadAsync(buffer, cancellationToken);
        }

        var take = Math.Min(buffer.Length, _count - _start);
        _peeked.AsMemory(_start, take).CopyTo(buffer);
        _start += take;
        return ValueTask.FromResult(take);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
