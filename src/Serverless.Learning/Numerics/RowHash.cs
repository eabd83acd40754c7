using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Learning.Numerics;

/// <summary>
/// A 64-bit hash of a row's features or of its id, the same on every machine: the sum of one hash per column, so that
/// columns may be hashed in any order and by several threads. Each step is invertible, so different values of one
/// column always contribute differently.
/// </summary>
internal static class RowHash
{
    private const ulong Multiplier = 0x9FB21C651E98DF25;

    /// <summary>Per-column key, so that equal values in different columns hash differently.</summary>
    /// <param name="column">Column index in the schema's order.</param>
    public static ulong Key(int column) => SplitMix64.Mix((ulong)column + 0xA0761D6478BD642F) | 1;

    /// <summary>One value's contribution to the sum.</summary>
    /// <param name="value">A number's bits, a timestamp's ticks, or a text's <see cref="FieldHash"/>.</param>
    /// <param name="key">0 excludes the column from the hash.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong value, ulong key)
    {
        var mixed = value * key;
        return (mixed ^ (mixed >> 32)) * Multiplier;
    }

    /// <summary>Adds each number's contribution to its row's sum.</summary>
    /// <param name="hashes">As many as <paramref name="values"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> values, ulong key, Span<ulong> hashes)
    {
        var bits = MemoryMarshal.Cast<float, uint>(values);
        var at = 0;
        var width = Vector512<ulong>.Count;
        for (; Vector512.IsHardwareAccelerated && at + width <= bits.Length; at += width)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(bits[at..]));
            var mixed = Vector512.Create(low, high) * Vector512.Create(key);
            var sums = hashes.Slice(at, Vector512<ulong>.Count);
            (Vector512.Create<ulong>(sums) + ((mixed ^ (mixed >>> 32)) * Vector512.Create(Multiplier))).CopyTo(sums);
        }

        for (; at < bits.Length; at++) hashes[at] += Of(bits[at], key);
    }

    /// <summary>The row's hash, after all values are added.</summary>
    public static ulong Finish(ulong sum) => SplitMix64.Mix(sum);
}
