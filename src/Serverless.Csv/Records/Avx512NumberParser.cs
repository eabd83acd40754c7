using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Serverless.Csv.Values;

namespace Serverless.Csv.Records;

/// <summary>
/// Parses eight numbers at once, each a sign, digits and a point of up to 15 bytes: <see cref="Sse41NumberParser"/>'s
/// method in wide vectors, without a dependency between the numbers. Each text is right-aligned in 16 bytes, the digits
/// before the point shift over it, and three multiplications add the digits up. At most 15 digits are exact in a
/// double, and so are the powers of ten: one division rounds correctly (Clinger, PLDI 1990).
/// </summary>
public static class Avx512NumberParser
{
    public const int Count = 8;

    /// <summary>The result of <see cref="Read"/> when all eight parsed.</summary>
    public const uint All = 0xFF;

    private const int MaxBytes = 15;

    // Masks with one bit per byte of four texts: the last byte of each text, and the others.
    private const ulong LastBytes = 0x8000_8000_8000_8000;
    private const ulong OtherBytes = ~LastBytes;

    /// <summary>The firsts to pass to <see cref="Read"/> for eight consecutive places.</summary>
    public static ReadOnlySpan<int> InOrder => [0, 1, 2, 3, 4, 5, 6, 7];

    public static bool IsSupported => Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512CD.IsSupported;

    /// <summary>Parses what it can. The value of any other text is undefined; parse it another way.</summary>
    /// <param name="text">The buffer that the places point into; 16 bytes before each field must be readable.</param>
    /// <param name="places">Places of fields in the text.</param>
    /// <param name="firsts">Indices of the eight places to read.</param>
    /// <returns>Bit i is set if field i was parsed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Read(
        ref byte text, ref CsvTokenizer.FieldPlace places, ref int firsts, out Vector512<double> values)
    {
        // Starts are in the lower halves. Combined in registers, which avoids a store-forwarding stall.
        var (p0, p1) = (At(ref places, ref firsts, 0), At(ref places, ref firsts, 1));
        var (p2, p3) = (At(ref places, ref firsts, 2), At(ref places, ref firsts, 3));
        var (p4, p5) = (At(ref places, ref firsts, 4), At(ref places, ref firsts, 5));
        var (p6, p7) = (At(ref places, ref firsts, 6), At(ref places, ref firsts, 7));
        var all = Vector512.Create(p0, p1, p2, p3, p4, p5, p6, p7);
        var lengths = all >>> 32;
        if ((all & Vector512.Create(0x8000_0000UL)) != Vector512<ulong>.Zero)
        {
            values = default;
            return 0; // some are in the unescaped text
        }

        // Even and odd fields in separate vectors: packing them at the end restores the order.
        var inTexts = Vector128.Shuffle(
            Avx512F.ConvertToVector128UInt16(
                Avx512F.ShiftRightLogicalVariable(Vector512.Create(0xFFFF_0000UL), lengths)),
            Vector128.Create((ushort)0, 2, 4, 6, 1, 3, 5, 7)).AsUInt64();
        var even = new Four(Load(ref text, p0, p2, p4, p6), inTexts.ToScalar());
        var odd = new Four(Load(ref text, p1, p3, p5, p7), inTexts.GetElement(1));

        var packed = Avx512BW.PackUnsignedSaturate(even.Sums, odd.Sums).AsInt16();
        var eights = Avx512BW.MultiplyAddAdjacent(packed, Vector512.Create(0x0001_2710).AsInt16());
        var mantissas = Avx512F.Multiply(eights.AsUInt32(), Vector512.Create(100_000_000U).AsUInt32())
            + (eights.AsUInt64() >>> 32);

        // A point's distance from the end of its 16 bits, the last of 64, is the number of fraction digits.
        var fractions = Avx512CD.LeadingZeroCount(Spread(even.Points, odd.Points)).AsInt64();
        var powers = Avx512F.PermuteVar8x64x2(
            Vector512.Create(1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7), fractions,
            Vector512.Create(1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15));
        var signs = (Vector512<ulong>.Zero - Spread(even.Minuses, odd.Minuses)) & Vector512.Create(1UL << 63);
        values = ((Avx512DQ.ConvertToVector512Double(mantissas.AsInt64()) / powers).AsUInt64() ^ signs).AsDouble();

        var tooLong = Vector512.GreaterThan(lengths - Vector512<ulong>.One, Vector512.Create(MaxBytes - 1UL));
        var wrong = tooLong.ExtractMostSignificantBits();
        if ((even.Wrong | odd.Wrong) != 0)
        {
            wrong |= (~Vector512.Equals(Spread(even.Wrong, odd.Wrong), Vector512<ulong>.Zero))
                .ExtractMostSignificantBits();
        }

        return (uint)wrong ^ All;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong At(ref CsvTokenizer.FieldPlace places, ref int firsts, int i) =>
        Unsafe.As<CsvTokenizer.FieldPlace, ulong>(ref Unsafe.Add(ref places, Unsafe.Add(ref firsts, i)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Load(ref byte text, ulong a, ulong b, ulong c, ulong d) => Vector512.Create(
        Vector256.Create(Load(ref text, a), Load(ref text, b)), Vector256.Create(Load(ref text, c), Load(ref text, d)));

    /// <summary>The 16 bytes that end where the field ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load(ref byte text, ulong place) =>
        Vector128.LoadUnsafe(ref text, (uint)place + (nuint)(place >> 32) - (nuint)Vector128<byte>.Count);

    /// <summary>Widens each mask of 16 bits to 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Spread(ulong even, ulong odd) => Avx512F.ConvertToVector512UInt64(
        Sse2.UnpackLow(Vector128.CreateScalar(even).AsUInt16(), Vector128.CreateScalar(odd).AsUInt16()));

    /// <summary>Four texts, each right-aligned in 16 bytes.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly ref struct Four
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Four(Vector512<byte> text, ulong inText)
        {
            var points = Vector512.Equals(text, Vector512.Create((byte)'.')).ExtractMostSignificantBits() & inText;
            Minuses = Vector512.Equals(text, Vector512.Create((byte)'-')).ExtractMostSignificantBits() & inText
                & ~(inText << 1);
            Points = points & OtherBytes;

            // The bits up to the first point, or none without a point. Any further point stays and fails the digit
            // check.
            var hasPoint = ((Points + OtherBytes) >> 15) & ~(OtherBytes << 1);
            var upToPoint = (2 * Points) - hasPoint;
            var digits = (text - Vector512.Create((byte)'0')) & Bytes(inText & ~Minuses);
            var moved = Avx512BW.ShiftLeftLogical128BitLane(digits, 1);
            digits = Vector512.ConditionalSelect(Bytes(upToPoint), moved, digits);
            Wrong = Vector512.GreaterThan(digits, Vector512.Create((byte)9)).ExtractMostSignificantBits()
                | ((points | Minuses) & LastBytes);
            var pairs = Avx512BW.MultiplyAddAdjacent(digits, Vector512.Create((short)0x010A).AsSByte());
            Sums = Avx512BW.MultiplyAddAdjacent(pairs, Vector512.Create(0x0001_0064).AsInt16());
        }

        /// <summary>Sums of four digits each.</summary>
        public Vector512<int> Sums { get; }

        /// <summary>Bytes that are a point followed by digits.</summary>
        public ulong Points { get; }

        /// <summary>Leading bytes that are a minus.</summary>
        public ulong Minuses { get; }

        /// <summary>Bytes that make the text unparseable here.</summary>
        public ulong Wrong { get; }

        /// <summary>Expands each bit to a byte of ones.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<byte> Bytes(ulong mask)
        {
            var spread = Avx512BW.Shuffle(Vector512.Create(mask).AsByte(), Vector512.Create(
                (byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3,
                4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7));
            var bits = Vector512.Create(0x8040_2010_0804_0201UL).AsByte();
            return Vector512.Equals(spread & bits, bits);
        }
    }
}
