using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Serverless.Training.Trees;

/// <summary>Counts rows into histograms: for each slot and bin the sum of its rows' words (<see cref="GradientScale.Word"/>).</summary>
internal static unsafe class Histograms
{
    /// <summary>How far ahead a row's bins are asked of memory. Entries have as many to spare at their end.</summary>
    public const int Ahead = 16;

    /// <param name="histogram">Of all slots, each <paramref name="width"/> words.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Count(RowTiles.Tile tile, ulong* entries, int count, long* histogram, nint width)
    {
        var rows = tile.Rows;
        var (stride, slots) = ((nint)tile.Stride, tile.Slots);
        var first = histogram + (tile.FirstSlot * width);
        var (width2, width3, width4) = (2 * width, 3 * width, 4 * width);
        for (var i = 0; i < count; i++)
        {
            if (Sse.IsSupported) Sse.Prefetch0(rows + (stride * (nint)(uint)entries[i + Ahead]));
            var entry = entries[i];
            var bins = rows + (stride * (nint)(uint)entry);
            var word = GradientScale.Word(entry);
            var at = first;
            var slot = 0;
            for (; slot + 4 <= slots; slot += 4)
            {
                at[bins[slot]] += word;
                (at + width)[bins[slot + 1]] += word;
                (at + width2)[bins[slot + 2]] += word;
                (at + width3)[bins[slot + 3]] += word;
                at += width4;
            }

            for (; slot < slots; slot++)
            {
                at[bins[slot]] += word;
                at += width;
            }
        }
    }

    public static void Add(Span<long> to, ReadOnlySpan<long> what)
    {
        for (var i = 0; i < to.Length; i += Vector256<long>.Count)
        {
            (Vector256.Create<long>(to[i..]) + Vector256.Create(what[i..])).CopyTo(to[i..]);
        }
    }

    public static void Subtract(Span<long> from, ReadOnlySpan<long> what)
    {
        for (var i = 0; i < from.Length; i += Vector256<long>.Count)
        {
            (Vector256.Create<long>(from[i..]) - Vector256.Create(what[i..])).CopyTo(from[i..]);
        }
    }
}
