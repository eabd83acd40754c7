using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Serverless.Learning.Tables;

/// <summary>
/// Values of an unknown number of rows, in blocks: growing one array would copy and clear most of the memory several
/// times. If the number is known, a single block of that length becomes the array.
/// </summary>
/// <param name="capacity">Expected number of rows; 0 if unknown.</param>
[StructLayout(LayoutKind.Auto)]
internal struct RowValues<T>(int capacity = 0)
{
    private const int FirstBlock = 1024;
    private const int MaxBlock = 64 * 1024;

    private readonly List<T[]> _full = [];
    private T[] _block = capacity > 0 ? new T[capacity] : [];
    private int _inBlock;

    public int Count { get; private set; }

    /// <summary>Appends some of a batch's values.</summary>
    /// <param name="batch">One value per row of a batch.</param>
    /// <param name="rows">Which rows to append.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Append(ReadOnlySpan<T> batch, ReadOnlySpan<int> rows)
    {
        Count += rows.Length;
        while (!rows.IsEmpty)
        {
            if (_inBlock == _block.Length) Extend();
            var room = _block.AsSpan(_inBlock);
            var some = rows[..Math.Min(rows.Length, room.Length)];
            for (var i = 0; i < some.Length; i++) room[i] = batch[some[i]];
            rows = rows[some.Length..];
            _inBlock += some.Length;
        }
    }

    public readonly T[] ToArray()
    {
        if (_full.Count == 0 && _inBlock == _block.Length) return _block;
        var values = new T[Count];
        var at = 0;
        foreach (var block in _full)
        {
            block.CopyTo(values, at);
            at += block.Length;
        }

        _block.AsSpan(0, _inBlock).CopyTo(values.AsSpan(at));
        return values;
    }

    private void Extend()
    {
        if (_block.Length > 0) _full.Add(_block);
        _block = new T[Math.Clamp(2L * _block.Length, FirstBlock, MaxBlock)];
        _inBlock = 0;
    }
}
