using System.Runtime.InteropServices;

namespace Serverless.Learning.Tables;

/// <summary>The values that one column read from a batch, in a reused array.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct BlockValues<T>()
{
    private T[] _values = [];

    public readonly Span<T> Span => _values;

    public Span<T> For(RowBlock batch)
    {
        if (_values.Length < batch.Count) _values = new T[Math.Max(batch.Count, 2 * _values.Length)];
        return _values;
    }
}
