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
            value = DecimalNotation.Round(mantissa, fraction);
            value = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(value) | ((ulong)negative << 63));
            return true;
        }

        return TryParse(text, out value);
    }

    /// <param name="value">The nearest double; infinity beyond the range of double.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var negative = text.Length > 0 && text[0] == '-';
        var at = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        if (!DecimalNotation.TryRead(text, ref at, out var number) || at < text.Length) return false;
        if (number.WholeDigits == 0 && number.FractionDigits <= 0) return false;
        if (!number.IsExact || !number.TryRound(out value))
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }

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
}
