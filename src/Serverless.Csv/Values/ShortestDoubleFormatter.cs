using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Serverless.Csv.Values;

/// <summary>
/// Formats a double as .NET does, with the fewest digits that round-trip, in a fraction of the time: Schubfach (R.
/// Giulietti, "The Schubfach way to render doubles", 2020), for numbers whose power of ten is exact in 128 bits. Only
/// powers of two may differ, some of which .NET 10 formats with a digit too few.
/// </summary>
public static class ShortestDoubleFormatter
{
    /// <summary>Bytes that fit any number: a double takes at most 24, a whole number 20.</summary>
    public const int MaxLength = 32;

    private const int MantissaBits = 52;
    private const ulong HiddenBit = 1UL << MantissaBits;
    private const int MaxPower = 38;

    // Exponents of two of the mantissa's last bit: values from about 2e-22 to 9e15.
    private const int MinExponent = -124;

    // .NET switches to scientific notation below 0.0001 and from 1e15 on.
    private const int MinPoint = -3;
    private const int MaxPoint = 15;

    // Normalised: the highest bit is set.
    private static readonly UInt128[] PowersOfTen = Powers();

    /// <param name="to">Has room for <see cref="MaxLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Write(Span<byte> to, double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var exponent = (int)(bits >> MantissaBits & 0x7FF) - 1075;
        if (exponent is < MinExponent or > 0) return WriteSlowly(to, value);
        var (digits, power) = Shortest((bits & (HiddenBit - 1)) | HiddenBit, exponent);
        var at = 0;
        if (value < 0) to[at++] = (byte)'-';

        Utf8Formatter.TryFormat(digits, to[(at + 1)..], out var count);
        var point = count + power;
        if (point > MaxPoint) return WriteSlowly(to, value);
        var all = to.Slice(at, MaxLength - at);
        return at + (point < MinPoint ? WithPower(all, count, point - 1)
            : point <= 0 ? Fraction(all, count, point)
            : Plain(all, count, point));
    }

    /// <summary>
    /// The shortest decimal that rounds to the double, and the nearest of those: digits and a power of ten.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (ulong Digits, int Power) Shortest(ulong mantissa, int exponent)
    {
        var isIrregular = mantissa == HiddenBit; // the next lower double is half as far as the next higher one
        // ⌊log10 2^exponent⌋; 3/4 of that where irregular
        var power = ((exponent * 1262611) - (isIrregular ? 524031 : 0)) >> 22;
        var scale = PowersOfTen[-power];
        var shift = exponent + ((-power * 1741647) >> 19) + 1;
        var value = Multiply(scale, mantissa << 2 << shift);
        var below = Multiply(scale, ((mantissa << 2) - (isIrregular ? 1u : 2u)) << shift);
        var above = Multiply(scale, ((mantissa << 2) + 2) << shift);
        var odd = mantissa & 1; // the interval's ends round to an even mantissa only
        var (lower, upper) = (below + odd, above - odd);

        var four = value & ~3UL;
        var tens = value / 40;
        var (isTen, isNextTen) = (lower <= 40 * tens, (40 * tens) + 40 <= upper);
        if (isTen != isNextTen) return Trim(tens + (isNextTen ? 1u : 0), power + 1);
        var (isDown, isUp) = (lower <= four, four + 4 <= upper);
        var up = isDown != isUp ? isUp : value > four + 2 || (value == four + 2 && (value & 4) != 0);
        return ((value >> 2) + (up ? 1u : 0), power);
    }

    /// <summary>The upper bits of the product, with a sticky last bit for the lower ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Multiply(UInt128 scale, ulong by)
    {
        var low = Math.BigMul((ulong)scale, by, out _);
        var high = Math.BigMul((ulong)(scale >> 64), by, out var middle);
        middle += low;
        if (middle < low) high++;
        return high | (middle > 1 ? 1u : 0);
    }

    private static (ulong Digits, int Power) Trim(ulong digits, int power)
    {
        while (digits % 10 == 0)
        {
            digits /= 10;
            power++;
        }

        return (digits, power);
    }

    // These three expect the digits at index 1.
    private static int WithPower(Span<byte> all, int count, int power)
    {
        all[0] = all[1];
        all[1] = (byte)'.';
        var at = count == 1 ? 1 : count + 1;
        all[at++] = (byte)'E';
        all[at++] = (byte)'-';
        all[at++] = (byte)('0' + (-power / 10));
        all[at++] = (byte)('0' + (-power % 10));
        return at;
    }

    private static int Fraction(Span<byte> all, int count, int point)
    {
        var before = 2 - point;
        all.Slice(1, count).CopyTo(all[before..]);
        "0.000"u8[..before].CopyTo(all);
        return before + count;
    }

    private static int Plain(Span<byte> all, int count, int point)
    {
        var whole = Math.Min(count, point);
        all.Slice(1, whole).CopyTo(all);
        if (count > point)
        {
            all[point] = (byte)'.';
            return count + 1;
        }

        all[count..point].Fill((byte)'0');
        return point;
    }

    private static int WriteSlowly(Span<byte> to, double value)
    {
        Utf8Formatter.TryFormat(value, to, out var written);
        return written;
    }

    private static UInt128[] Powers()
    {
        var powers = new UInt128[MaxPower + 1];
        UInt128 power = 1;
        for (var i = 0; i <= MaxPower; i++, power *= 10) powers[i] = power << (int)UInt128.LeadingZeroCount(power);
        return powers;
    }
}
