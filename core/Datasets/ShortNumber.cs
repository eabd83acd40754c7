using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Serverless.Datasets;

/// <summary>
/// Digits with at most one point among them, up to 16 bytes, read without a branch for where the point stands and how
/// many digits there are: one shuffle takes the point out, three multiplications add the digits up (as in Langdale and
/// Lemire, VLDB Journal 2019, for eight digits).
/// </summary>
internal static class ShortNumber
{
    public const int MaximumBytes = 16;

    /// <summary>For each length and place of the point, where each of the 16 digits comes from; the last digit last.</summary>
    private static readonly Vector128<byte>[] _shuffles = Shuffles();

    public static bool IsSupported => Sse41.IsSupported;

    /// <summary>The digits as a whole number, and how many of them stand behind the point. False: read it another way.</summary>
    /// <param name="text">16 bytes, of which the first <paramref name="length"/> are the text.</param>
    /// <param name="length">1 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(Vector128<byte> text, int length, out ulong mantissa, out int fraction)
    {
        var inText = (1u << length) - 1;
        var digits = text - Vector128.Create((byte)'0');
        var others = Vector128.GreaterThan(digits, Vector128.Create((byte)9)).ExtractMostSignificantBits() & inText;
        var points = Vector128.Equals(text, Vector128.Create((byte)'.')).ExtractMostSignificantBits() & inText;
        var point = BitOperations.TrailingZeroCount(points | (1u << length));
        var pointCount = points != 0 ? 1 : 0;
        fraction = length - point - pointCount;
        if (others != points || (points & (points - 1)) != 0 || length == pointCount)
        {
            mantissa = 0;
            return false;
        }

        ref var shuffles = ref MemoryMarshal.GetArrayDataReference(_shuffles);
        var aligned = Ssse3.Shuffle(digits, Unsafe.Add(ref shuffles, (length * (MaximumBytes + 1)) + point));
        var pairs = Ssse3.MultiplyAddAdjacent(aligned, Vector128.Create((short)0x010A).AsSByte());
        var fours = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create(0x0001_0064).AsInt16());
        var packed = Sse41.PackUnsignedSaturate(fours, fours).AsInt16();
        var eights = Sse2.MultiplyAddAdjacent(packed, Vector128.Create(0x0001_2710).AsInt16());
        mantissa = ((ulong)(uint)eights.ToScalar() * 100_000_000) + (uint)eights.GetElement(1);
        return true;
    }

    private static Vector128<byte>[] Shuffles()
    {
        var shuffles = new Vector128<byte>[(MaximumBytes + 1) * (MaximumBytes + 1)];
        Span<byte> from = stackalloc byte[MaximumBytes];
        for (var length = 0; length <= MaximumBytes; length++)
        {
            for (var point = 0; point <= length; point++)
            {
                from.Fill(0x80); // nothing: a leading zero
                var to = MaximumBytes;
                for (var at = length - 1; at >= 0; at--)
                {
                    if (at != point) from[--to] = (byte)at;
                }

                shuffles[(length * (MaximumBytes + 1)) + point] = Vector128.Create<byte>(from);
            }
        }

        return shuffles;
    }
}
