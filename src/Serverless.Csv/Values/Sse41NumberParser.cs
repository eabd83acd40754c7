using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Serverless.Csv.Values;

/// <summary>
/// Parses up to 16 bytes of digits with at most one point, branch-free in the point's position and the number of
/// digits: one shuffle removes the point, three multiplications add the digits up (as in Langdale and Lemire, VLDB
/// Journal 2019, for eight digits).
/// </summary>
public static class Sse41NumberParser
{
    public const int MaxBytes = 16;

    /// <summary>
    /// Shuffle sources, read from index length on, that right-align the digits; negative sources give leading zeros.
    /// </summary>
    private static ReadOnlySpan<sbyte> Sources =>
    [
        -16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
        12, 13, 14, 15,
    ];

    public static bool IsSupported => Sse41.IsSupported;

    /// <summary>
    /// The digits as a whole number, and how many of them are after the point. False if the text must be parsed another
    /// way.
    /// </summary>
    /// <param name="text">16 bytes that begin with the text.</param>
    /// <param name="length">1 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(Vector128<byte> text, int length, out ulong mantissa, out int fraction)
    {
        var inText = (1u << length) - 1;
        var digits = text - Vector128.Create((byte)'0');
        var others = Vector128.GreaterThan(digits, Vector128.Create((byte)9)).ExtractMostSignificantBits() & inText;
        var points = Vector128.Equals(text, Vector128.Create((byte)'.')).ExtractMostSignificantBits() & inText;
        var point = BitOperations.TrailingZeroCount(points | (1u << length));
        var pointCount = (int)((uint)-(int)points >> 31); // 1 if there is a point
        fraction = length - point - pointCount;
        if (others != points || (points & (points - 1)) != 0 || length == pointCount)
        {
            mantissa = 0;
            return false;
        }

        // Shifts the digits before the point over it.
        var behind = Vector128.Create((sbyte)((MaxBytes - fraction) & -pointCount));
        var moved = Vector128.LessThan(Vector128<sbyte>.Indices, behind); // −1 for shifted digits
        var sources = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Sources), (nuint)length) + moved;
        var aligned = Ssse3.Shuffle(digits, sources.AsByte());
        var pairs = Ssse3.MultiplyAddAdjacent(aligned, Vector128.Create((short)0x010A).AsSByte());
        var fours = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create(0x0001_0064).AsInt16());
        var packed = Sse41.PackUnsignedSaturate(fours, fours).AsInt16();
        var eights = Sse2.MultiplyAddAdjacent(packed, Vector128.Create(0x0001_2710).AsInt16());
        mantissa = ((ulong)(uint)eights.ToScalar() * 100_000_000) + (uint)eights.GetElement(1);
        return true;
    }
}
