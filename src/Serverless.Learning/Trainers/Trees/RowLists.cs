using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// The rows of each leaf contiguously, each with its gradient and hessian (<see cref="GradientScale.Entry"/>), for
/// sequential reads. A leaf's children go to the other of two buffers.
/// </summary>
internal sealed unsafe class RowLists : IDisposable
{
    private const int BlockRows = 8192;
    private const int Group = 4;

    private static readonly int[] Shuffles = MakeShuffles();


    private readonly ulong*[] _buffers = new ulong*[2];
    private readonly byte* _goesLeft;

    /// <summary>Number of rows of the preceding blocks that go left.</summary>
    private readonly int[] _leftCounts;

    public RowLists(int rows)
    {
        for (var i = 0; i < _buffers.Length; i++)
        {
            _buffers[i] = (ulong*)NativeMemory.AllocZeroed((nuint)rows + Histograms.Ahead, sizeof(ulong));
        }

        _goesLeft = (byte*)NativeMemory.Alloc((nuint)(rows / Group) + 1);
        _leftCounts = new int[(rows / BlockRows) + 2];
    }

    public ulong* Of(in RowRange range) => _buffers[range.Buffer] + range.From;

    /// <param name="goesLeft">256 values by bin: 1 for left, 0 for right.</param>
    public (RowRange Left, RowRange Right) Part(in RowRange range, byte[] bins, byte[] goesLeft, SpinWorkers crew)
    {
        var (from, count, buffer) = (range.From, range.Count, range.Buffer);
        var source = _buffers[buffer] + from;
        var blocks = (count + BlockRows - 1) / BlockRows;
        crew.For(blocks, (block, _) =>
        {
            var (start, end) = (block * BlockRows, Math.Min(count, (block + 1) * BlockRows));
            _leftCounts[block + 1] = Decide(source + start, end - start, bins, goesLeft, _goesLeft + (start / Group));
        });

        for (var block = 0; block < blocks; block++) _leftCounts[block + 1] += _leftCounts[block];
        var left = _leftCounts[blocks];

        var target = _buffers[1 - buffer] + from;
        crew.For(blocks, (block, _) =>
        {
            var (start, end) = (block * BlockRows, Math.Min(count, (block + 1) * BlockRows));
            var before = _leftCounts[block];
            Move(
                source + start,
                end - start,
                _goesLeft + (start / Group),
                target + before,
                target + left + start - before,
                _leftCounts[block + 1] - before);
        });
        return (new RowRange(1 - buffer, from, left), new RowRange(1 - buffer, from + left, count - left));
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers) NativeMemory.Free(buffer);
        NativeMemory.Free(_goesLeft);
    }

    /// <summary>Writes one byte per four rows, with a bit set for each row that goes left.</summary>
    /// <returns>The number of rows that go left.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Decide(ulong* entries, int count, byte[] bins, byte[] goesLeft, byte* decisions)
    {
        var left = 0;
        fixed (byte* column = bins, isLeft = goesLeft)
        {
            nint i = 0;
            for (; i + Group <= count; i += Group)
            {
                var four = isLeft[column[(uint)entries[i]]] | (isLeft[column[(uint)entries[i + 1]]] << 1)
                    | (isLeft[column[(uint)entries[i + 2]]] << 2) | (isLeft[column[(uint)entries[i + 3]]] << 3);
                decisions[i / Group] = (byte)four;
                left += BitOperations.PopCount((uint)four);
            }

            if (i == count) return left;
            var rest = 0;
            for (var k = 0; i + k < count; k++) rest |= isLeft[column[(uint)entries[i + k]]] << k;
            decisions[i / Group] = (byte)rest;
            return left + BitOperations.PopCount((uint)rest);
        }
    }

    /// <summary>
    /// Branch-free partition, since the side is unpredictable: shuffles four entries so that those that go left come
    /// first, then again for the right; the next four overwrite the excess.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(ulong* entries, int count, byte* decisions, ulong* left, ulong* right, int leftCount)
    {
        nint toLeft = 0, toRight = 0, i = 0;

        // A full store must not reach into other blocks' output.
        var (lastLeft, lastRight) = ((nint)leftCount - Group, (nint)count - leftCount - Group);
        fixed (int* shuffles = Shuffles)
        {
            for (; i + Group <= count && toLeft <= lastLeft && toRight <= lastRight; i += Group)
            {
                nint four = decisions[i / Group];
                var moved = Vector256.Load((int*)(entries + i));
                Shuffle(moved, Vector256.Load(shuffles + (8 * four))).Store((int*)(left + toLeft));
                Shuffle(moved, Vector256.Load(shuffles + (8 * (four ^ 15)))).Store((int*)(right + toRight));
                var isLeft = BitOperations.PopCount((uint)four);
                toLeft += isLeft;
                toRight += Group - isLeft;
            }
        }

        for (; i < count; i++)
        {
            if ((decisions[i / Group] >> (int)(i % Group) & 1) != 0) left[toLeft++] = entries[i];
            else right[toRight++] = entries[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Shuffle(Vector256<int> halves, Vector256<int> order) =>
        Avx2.IsSupported ? Avx2.PermuteVar8x32(halves, order) : Vector256.Shuffle(halves, order);

    /// <summary>For each subset of four entries, the order of their halves that puts the subset first.</summary>
    private static int[] MakeShuffles()
    {
        var shuffles = new int[16 * 2 * Group];
        for (var set = 0; set < 16; set++)
        {
            var at = 0;
            for (var entry = 0; entry < Group; entry++)
            {
                if ((set >> entry & 1) == 0) continue;
                shuffles[(set * 2 * Group) + at++] = 2 * entry;
                shuffles[(set * 2 * Group) + at++] = (2 * entry) + 1;
            }
        }

        return shuffles;
    }
}

/// <summary>Where a leaf's rows are.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RowRange(int Buffer, int From, int Count);
