using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Accumulates histograms: for each slot and bin the sum of its rows' words (<see cref="GradientScale.Word"/>).
/// </summary>
internal static unsafe class Histograms
{
    /// <summary>Prefetch distance in rows. Entry arrays have as many spare elements.</summary>
    public const int Ahead = 16;

    /// <summary>The usual width: a constant lets the addressing mode do the multiplication.</summary>
    public const int FullWidth = 256;

    /// <param name="histogram">Histograms of all slots, <paramref name="width"/> words each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Count(RowTiles.Tile tile, ulong* entries, int count, long* histogram, nint width)
    {
        if (width == FullWidth) CountOf(tile, entries, count, histogram, FullWidth);
        else CountOf(tile, entries, count, histogram, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CountOf(RowTiles.Tile tile, ulong* entries, int count, long* histogram, nint width)
    {
        var rows = tile.Rows;
        var (stride, slots) = ((nint)tile.Stride, (nint)tile.Slots);
        var first = histogram + (tile.FirstSlot * width);
        for (nint i = 0; i < count; i++)
        {
            if (Sse.IsSupported) Sse.Prefetch0(rows + (stride * (nint)(uint)entries[i + Ahead]));
            var entry = entries[i];
            var bins = rows + (stride * (nint)(uint)entry);
            var word = GradientScale.Word(entry);
            var at = first;
            nint slot = 0;
            for (; slot + 7 < slots; slot += 8, at += 8 * width)
            {
                at[bins[slot]] += word;
                (at + width)[bins[slot + 1]] += word;
                (at + (2 * width))[bins[slot + 2]] += word;
                (at + (3 * width))[bins[slot + 3]] += word;
                (at + (4 * width))[bins[slot + 4]] += word;
                (at + (5 * width))[bins[slot + 5]] += word;
                (at + (6 * width))[bins[slot + 6]] += word;
                (at + (7 * width))[bins[slot + 7]] += word;
            }

            for (; slot < slots; slot++, at += width) at[bins[slot]] += word;
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
