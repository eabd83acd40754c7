using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Learning.Numerics;

/// <summary>
/// A 64-bit hash of a row's features or of its id, the same on every machine: the sum of one for each column, so that columns wait for no
/// other and may be read in any order, and by several threads. Values of one column that differ never have the same part of
/// the sum: each of its steps can be undone.
/// </summary>
internal static class RowHash
{
    private const ulong Multiplier = 0x9FB21C651E98DF25;

    /// <summary>Which of a row's columns it is counts, by this key.</summary>
    /// <param name="column">From 0 on, in the schema's order.</param>
    public static ulong Key(int column) => SplitMix64.Mix((ulong)column + 0xA0761D6478BD642F) | 1;

    /// <summary>One value's part of the sum.</summary>
    /// <param name="value">A number's bits, a moment's ticks, or a text's <see cref="FieldHash"/>.</param>
    /// <param name="key">0: there is none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong value, ulong key)
    {
        var mixed = value * key;
        return (mixed ^ (mixed >> 32)) * Multiplier;
    }

    /// <summary>Adds the part of each number.</summary>
    /// <param name="hashes">As many as values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> values, ulong key, Span<ulong> hashes)
    {
        var bits = MemoryMarshal.Cast<float, uint>(values);
        var at = 0;
        for (; Vector512.IsHardwareAccelerated && at + Vector512<ulong>.Count <= bits.Length; at += Vector512<ulong>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(bits[at..]));
            var mixed = Vector512.Create(low, high) * Vector512.Create(key);
            var sums = hashes.Slice(at, Vector512<ulong>.Count);
            (Vector512.Create<ulong>(sums) + ((mixed ^ (mixed >>> 32)) * Vector512.Create(Multiplier))).CopyTo(sums);
        }

        for (; at < bits.Length; at++) hashes[at] += Of(bits[at], key);
    }

    /// <summary>The row's hash once every value is in the sum.</summary>
    public static ulong Finish(ulong sum) => SplitMix64.Mix(sum);
}
