using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Csv.Values;

/// <summary>
/// Parses decimal numbers with a point: <c>12</c>, <c>-.5</c>, <c>+1.25e-3</c>. No thousands separators, no infinity.
/// </summary>
public static class Utf8NumberParser
{
    private const int MaxFastDigits = 18;

    // Stored in the assembly's data section; no allocation.
    private static ReadOnlySpan<double> PowersOfTen =>
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19, 1e20,
        1e21, 1e22,
    ];

    /// <summary>
    /// As <see cref="TryParse(ReadOnlySpan{byte}, out double)"/>, for a text followed by at least 16 readable bytes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParsePadded(ReadOnlySpan<byte> text, out double value)
    {
        if (!Sse41NumberParser.IsSupported || text.IsEmpty) return TryParse(text, out value);
        ref var first = ref MemoryMarshal.GetReference(text);
        var negative = (int)(((uint)(first ^ '-') - 1) >> 31); // 1 or 0, branch-free: signs are unpredictable
        var length = text.Length - negative;
        if ((uint)(length - 1) < Sse41NumberParser.MaxBytes
            && Sse41NumberParser.TryRead(
                Vector128.LoadUnsafe(ref first, (nuint)negative), length, out var mantissa, out var fraction)
            && mantissa <= 1UL << 53)
        {
            // Clinger, as below; at most 16 fraction digits, which the table covers.
            value = mantissa / Unsafe.Add(ref MemoryMarshal.GetReference(PowersOfTen), fraction);
            value = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(value) | ((ulong)negative << 63));
            return true;
        }

        return TryParse(text, out value);
    }

    /// <param name="value">The nearest double; infinity beyond the range of double.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var at = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == '-';
            at = 1;
        }

        ulong mantissa = 0;
        var first = at;
        at = Digits(text, at, ref mantissa);
        var digits = at - first;
        var exponent = 0;
        if (at < text.Length && text[at] == '.')
        {
            first = ++at;
            at = Digits(text, at, ref mantissa);
            exponent = first - at;
            digits += at - first;
        }

        if (digits == 0) return false;
        if (at < text.Length && (text[at] | 0x20) == 'e')
        {
            if (!TryExponent(text[(at + 1)..], ref exponent)) return false;
        }
        else if (at < text.Length)
        {
            return false;
        }

        // Clinger (PLDI 1990): with an exact mantissa and an exact power of ten, one operation rounds correctly.
        if (digits > MaxFastDigits || mantissa > 1UL << 53 || exponent is < -22 or > 22)
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }

        value = exponent < 0 ? mantissa / PowersOfTen[-exponent] : mantissa * PowersOfTen[exponent];
        if (negative) value = -value;
        return true;
    }

    /// <summary>The nearest float, clamped to the range of float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToFloat(double value) => (float)Math.Clamp(value, float.MinValue, float.MaxValue);

    /// <summary>Whether the text spells infinity, which is rejected as a number.</summary>
    public static bool IsInfinity(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        return System.Text.Ascii.EqualsIgnoreCase(text, "inf"u8)
            || System.Text.Ascii.EqualsIgnoreCase(text, "infinity"u8);
    }

    // An overflowing mantissa is never used: it means too many digits for the fast path.
    private static int Digits(ReadOnlySpan<byte> text, int at, ref ulong mantissa)
    {
        while (at < text.Length && (uint)(text[at] - '0') <= 9)
        {
            mantissa = (mantissa * 10) + (ulong)(text[at] - '0');
            at++;
        }

        return at;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, ref int exponent)
    {
        var negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        if (text.IsEmpty) return false;
        var value = 0;
        foreach (var b in text)
        {
            if ((uint)(b - '0') > 9) return false;
            value = Math.Min((value * 10) + (b - '0'), 100_000);
        }

        exponent += negative ? -value : value;
        return true;
    }
}
