using System.Buffers;
using Serverless.Csv.Values;

namespace Serverless.Core.Serving;

/// <summary>
/// A response body under construction, in pooled memory. Do not use <see cref="Written"/> after disposal.
/// </summary>
public sealed class AnswerBuffer : IDisposable
{
    private byte[] _bytes;
    private int _length;

    internal AnswerBuffer(int expectedBytes) => _bytes = ArrayPool<byte>.Shared.Rent(expectedBytes);

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Write(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        _length += utf8.Length;
    }

    /// <exception cref="InvalidOperationException">The number is not finite, so JSON cannot represent it.</exception>
    public void Write(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new InvalidOperationException($"The model returned {value}; expected a finite number.");
        }

        _length += ShortestDoubleFormatter.Write(Reserve(ShortestDoubleFormatter.MaxLength), value);
    }

    /// <summary>Writes a generated prediction id.</summary>
    internal void WriteId(PredictionIds ids, long number) => _length += ids.Write(number, Reserve(ids.MaxBytes));

    public void Dispose()
    {
        var bytes = _bytes;
        (_bytes, _length) = ([], 0);
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count) Grow(count);
        return _bytes.AsSpan(_length);
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + count, 2 * _bytes.Length));
        Written.Span.CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
