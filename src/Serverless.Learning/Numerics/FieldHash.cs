using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Serverless.Learning.Numerics;

/// <summary>
/// A 64-bit hash of a field, the same on every machine: 8 bytes at a time through a folded 128-bit product, as in Wang
/// Yi's wyhash (github.com/wangyi-fudan/wyhash). Used to look up categories and compare texts.
/// </summary>
public static class FieldHash
{
    private const ulong WordKey = 0xA0761D6478BD642F;
    private const ulong LengthKey = 0xE7037ED1A0B428DB;
    private const ulong RowKey = 0x8EBC6AF09C88C6E3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> field)
    {
        var length = (ulong)field.Length;
        if (length is > 8 and <= 16) return OfTwoWords(field);
        ulong state = 0;
        while (field.Length > 8)
        {
            state = Fold(state ^ BinaryPrimitives.ReadUInt64LittleEndian(field), WordKey);
            field = field[8..];
        }

        return Fold(state ^ LastWord(field), LengthKey ^ length);
    }

    /// <summary>Combines a text's hash with that of the texts before it; order matters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Combine(ulong row, ulong field) => Fold(row ^ RowKey, field ^ WordKey);

    /// <summary>The final hash, after the last text.</summary>
    public static ulong Finish(ulong row) => SplitMix64.Mix(row);

    /// <summary>
    /// The same for 9 to 16 bytes, typical of numbers; branch-free, since the length is unpredictable.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong OfTwoWords(ReadOnlySpan<byte> field)
    {
        var rest = field.Length - 8;
        var last = BinaryPrimitives.ReadUInt64LittleEndian(field[^8..]);
        var restBytes = last >> (64 - (8 * rest));
        var three = ((restBytes & 0xFF) << 16) | (((restBytes >> (8 * (rest / 2))) & 0xFF) << 8) | (last >> 56);
        var eight = (restBytes << 32) | (last >> 32);
        var isShort = (ulong)((long)(rest - 4) >> 63);
        var lastWord = (three & isShort) | (eight & ~isShort);
        return Fold(
            Fold(BinaryPrimitives.ReadUInt64LittleEndian(field), WordKey) ^ lastWord, LengthKey ^ (ulong)field.Length);
    }

    /// <summary>
    /// Up to 8 bytes as one word. The halves of longer texts overlap; with the length hashed too, nothing is lost.
    /// </summary>
    private static ulong LastWord(ReadOnlySpan<byte> field) => field.Length switch
    {
        0 => 0,
        < 4 => ((ulong)field[0] << 16) | ((ulong)field[field.Length / 2] << 8) | field[^1],
        _ => ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(field) << 32)
            | BinaryPrimitives.ReadUInt32LittleEndian(field[^4..]),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b) => Math.BigMul(a, b, out var low) ^ low;
}
