using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Serverless.Training.Trees;

/// <summary>
/// The rows of each leaf side by side, each with its gradient and hessian (<see cref="GradientScale.Entry"/>), so that
/// a leaf's are read one after the other. A leaf's two children go to the other one of two buffers.
/// </summary>
internal sealed unsafe class RowLists : IDisposable
{
    private const int BlockRows = 8192;

    private readonly ulong*[] _buffers = new ulong*[2];
    private readonly byte* _goesLeft;
    private readonly int[] _leftCounts;

    public RowLists(int rows)
    {
        for (var i = 0; i < _buffers.Length; i++)
        {
            _buffers[i] = (ulong*)NativeMemory.AllocZeroed((nuint)rows + Histograms.Ahead, sizeof(ulong));
        }

        _goesLeft = (byte*)NativeMemory.Alloc((nuint)Math.Max(rows, 1));
        _leftCounts = new int[(rows / BlockRows) + 1];
    }

    public ulong* Of(in RowRange range) => _buffers[range.Buffer] + range.From;

    /// <param name="goesLeft">256 values by bin, 1 for left and 0 for right.</param>
    public (RowRange Left, RowRange Right) Part(in RowRange range, byte[] bins, byte[] goesLeft, Crew crew)
    {
        var (from, count, buffer) = (range.From, range.Count, range.Buffer);
        var source = _buffers[buffer] + from;
        var blocks = (count + BlockRows - 1) / BlockRows;
        crew.For(blocks, (block, _) =>
        {
            var (start, end) = (block * BlockRows, Math.Min(count, (block + 1) * BlockRows));
            _leftCounts[block] = Decide(source + start, end - start, bins, goesLeft, _goesLeft + from + start);
        });

        var left = 0;
        for (var block = 0; block < blocks; block++) (_leftCounts[block], left) = (left, left + _leftCounts[block]);

        var target = _buffers[1 - buffer] + from;
        crew.For(blocks, (block, _) =>
        {
            var (start, end) = (block * BlockRows, Math.Min(count, (block + 1) * BlockRows));
            var before = _leftCounts[block];
            Move(source + start, end - start, _goesLeft + from + start, target + before, target + left + start - before);
        });
        return (new RowRange(1 - buffer, from, left), new RowRange(1 - buffer, from + left, count - left));
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers) NativeMemory.Free(buffer);
        NativeMemory.Free(_goesLeft);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Decide(ulong* entries, int count, byte[] bins, byte[] goesLeft, byte* decisions)
    {
        var left = 0;
        fixed (byte* column = bins, isLeft = goesLeft)
        {
            for (var i = 0; i < count; i++)
            {
                var decision = isLeft[column[(uint)entries[i]]];
                decisions[i] = decision;
                left += decision;
            }
        }

        return left;
    }

    /// <summary>Without a branch, which no processor could predict.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(ulong* entries, int count, byte* decisions, ulong* left, ulong* right)
    {
        nint toRight = 0;
        for (nint i = 0; i < count; i++)
        {
            nint isLeft = decisions[i];
            var target = isLeft != 0 ? left + (i - toRight) : right + toRight;
            *target = entries[i];
            toRight += 1 - isLeft;
        }
    }
}

/// <summary>Where a leaf's rows are.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RowRange(int Buffer, int From, int Count);
