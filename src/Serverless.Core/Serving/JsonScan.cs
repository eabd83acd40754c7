using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Serverless.Csv.Values;

namespace Serverless.Core.Serving;

/// <summary>
/// Scans single JSON values (RFC 8259) in valid UTF-8 without allocating. Each method advances <c>at</c> past the
/// value; after a result of false, <c>at</c> is undefined and the careful reader reports the error.
/// </summary>
internal static class JsonScan
{
    private static readonly SearchValues<byte> _endOfPlainText =
        SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(c => (byte)c)]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SkipSpace(ReadOnlySpan<byte> text, ref int at)
    {
        while ((uint)at < (uint)text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryByte(ReadOnlySpan<byte> text, ref int at, byte expected)
    {
        if ((uint)at >= (uint)text.Length || text[at] != expected) return false;
        at++;
        return true;
    }

    public static bool TryLiteral(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> literal)
    {
        if (!text[at..].StartsWith(literal)) return false;
        at += literal.Length;
        return true;
    }

    /// <summary>Scans a string without escapes, with <paramref name="at"/> on its opening quote.</summary>
    public static bool TryText(ReadOnlySpan<byte> text, scoped ref int at, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!TryByte(text, ref at, (byte)'"')) return false;
        var length = text[at..].IndexOfAny(_endOfPlainText);
        if (length < 0 || text[at + length] != '"') return false;
        content = text.Slice(at, length);
        at += length + 1;
        return true;
    }

    /// <param name="exact">
    /// True for the nearest double. False for one that rounds to the same <see cref="float"/>, which is all that a
    /// feature slot stores, and is faster to parse at 16 and 17 digits.
    /// </param>
    /// <param name="value">Infinity if out of double's range.</param>
    public static bool TryNumber(ReadOnlySpan<byte> text, ref int at, bool exact, out double value)
    {
        if (TryShortNumber(text, ref at, out value)) return true;
        var start = at;
        var isNegative = TryByte(text, ref at, (byte)'-');
        var first = at;
        if (!DecimalNotation.TryRead(text, ref at, out var number)) return false;
        // JSON requires digits on both sides of the point, and forbids leading zeros.
        if (number.WholeDigits == 0 || number.FractionDigits == 0) return false;
        if (number.WholeDigits > 1 && text[first] == '0') return false;
        if (number.TryRound(out value) && (number.IsExact || (!exact && IsSureAsFloat(value))))
        {
            if (isNegative) value = -value;
            return true;
        }

        return Utf8Parser.TryParse(text[start..at], out value, out var used) && used == at - start;
    }

    /// <summary>Scans a number of at most 15 digits and a point without branching per digit.</summary>
    /// <returns>False for other numbers or none; then <paramref name="at"/> has not moved.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryShortNumber(ReadOnlySpan<byte> text, ref int at, out double value)
    {
        value = 0;
        if (!Sse41NumberParser.IsSupported || (uint)at >= (uint)text.Length) return false;
        var isNegative = text[at] == '-';
        var first = isNegative ? at + 1 : at;
        if (text.Length - first < Vector128<byte>.Count) return false;
        var bytes = Vector128.Create(text.Slice(first, Vector128<byte>.Count));
        var digits = Vector128.LessThanOrEqual(bytes - Vector128.Create((byte)'0'), Vector128.Create((byte)9));
        var length = BitOperations.TrailingZeroCount(
            ~(digits | Vector128.Equals(bytes, Vector128.Create((byte)'.'))).ExtractMostSignificantBits());
        // Numbers longer than 16 bytes or with an exponent take the slow path.
        if (length is 0 or 16 || (text[first + length] | 0x20) == 'e') return false;
        // JSON forbids leading zeros, and a point at either end.
        if (text[first + length - 1] == '.'
            || text[first] is (byte)'.'
            || (text[first] == '0' && length > 1 && text[first + 1] != '.'))
        {
            return false;
        }

        if (!Sse41NumberParser.TryRead(bytes, length, out var mantissa, out var fraction)) return false;
        // Exact: 15 digits are less than 2^53.
        value = DecimalNotation.Round(mantissa, fraction);
        if (isNegative) value = -value;
        at = first + length;
        return true;
    }

    /// <summary>
    /// Whether double rounding cannot change the float: the double is not close to the midpoint of two floats, so its
    /// lower 29 bits are not about 2^28.
    /// </summary>
    private static bool IsSureAsFloat(double value)
    {
        var lower = (int)(BitConverter.DoubleToInt64Bits(value) & ((1 << 29) - 1));
        return Math.Abs(lower - (1 << 28)) > 8 && value is > 1e-30 and < 1e30;
    }
}
