using System.Runtime.InteropServices;

namespace Serverless.Datasets;

/// <summary>
/// Values of a number of rows that is not known beforehand, in blocks: growing one array would copy and clear most of the
/// memory several times over. Rows are written in order; the newest may be written again.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct RowValues<T>()
{
    private const int FirstBlock = 1024;
    private const int LargestBlock = 64 * 1024;

    private readonly List<T[]> _full = [];
    private T[] _block = [];
    private int _start;

    public void Set(int row, T value)
    {
        var at = row - _start;
        if (at == _block.Length) at = Extend();
        _block[at] = value;
    }

    public readonly T[] ToArray(int rows)
    {
        var values = new T[rows];
        var at = 0;
        foreach (var block in _full)
        {
            block.CopyTo(values, at);
            at += block.Length;
        }

        _block.AsSpan(0, rows - at).CopyTo(values.AsSpan(at));
        return values;
    }

    private int Extend()
    {
        if (_block.Length > 0) _full.Add(_block);
        _start += _block.Length;
        _block = new T[Math.Clamp(_block.Length * 2, FirstBlock, LargestBlock)];
        return 0;
    }
}
