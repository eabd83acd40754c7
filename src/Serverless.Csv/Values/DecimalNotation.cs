using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Serverless.Csv.Values;

/// <summary>
/// An unsigned decimal number as it is written: digits, a point with digits behind it, an exponent; any may be missing.
/// The readers of CSV and of JSON share it, and check themselves which of these their grammar asks for.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct DecimalNotation
{
    /// <summary>More digits do not fit in 64 bits.</summary>
    private const int MaxDigits = 19;

    /// <summary>Larger powers of ten are no exact doubles.</summary>
    private const int MaxPower = 22;

    private readonly int _exponent;

    private DecimalNotation(ulong mantissa, int wholeDigits, int fractionDigits, int exponent) =>
        (Mantissa, WholeDigits, FractionDigits, _exponent) = (mantissa, wholeDigits, fractionDigits, exponent);

    /// <summary>All digits as one number; overflowed where <see cref="TryRound"/> finds too many of them.</summary>
    private ulong Mantissa { get; }

    /// <summary>Digits before the point.</summary>
    public int WholeDigits { get; }

    /// <summary>Digits behind the point; −1 where there is no point.</summary>
    public int FractionDigits { get; }

    /// <summary>Whether <see cref="TryRound"/> gives the nearest double, or perhaps its neighbour.</summary>
    public bool IsExact => Mantissa <= 1UL << 53;

    // In the assembly's data section: no allocation, and no check whether it was made.
    private static ReadOnlySpan<double> PowersOfTen =>
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ];

    /// <summary>Reads as far as the number goes, and moves <paramref name="at"/> behind it.</summary>
    /// <returns>False where an exponent has no digits; then <paramref name="at"/> is −1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> text, ref int at, out DecimalNotation number)
    {
        ulong mantissa = 0;
        // A local of its own stays in a register: the caller's place may be a field.
        var i = ReadDigits(text, at, ref mantissa);
        var (whole, fraction, exponent) = (i - at, -1, 0);
        if ((uint)i < (uint)text.Length && text[i] == '.')
        {
            var first = i + 1;
            i = ReadDigits(text, first, ref mantissa);
            fraction = i - first;
            exponent = -fraction;
        }

        if ((uint)i < (uint)text.Length && (text[i] | 0x20) == 'e')
        {
            (var shift, i) = ReadExponent(text, i + 1);
            exponent += shift;
        }

        at = i;
        number = new DecimalNotation(mantissa, whole, fraction, exponent);
        return i >= 0;
    }

    /// <summary>
    /// Clinger ('How to read floating point numbers accurately', PLDI 1990): an exact mantissa and an exact power of
    /// ten need one rounding, which is the right one.
    /// </summary>
    /// <returns>False where there are too many digits, or the power is too large.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRound(out double value)
    {
        value = 0;
        var digits = WholeDigits + Math.Max(FractionDigits, 0);
        if (digits > MaxDigits || _exponent is < -MaxPower or > MaxPower) return false;
        value = _exponent < 0 ? Mantissa / PowersOfTen[-_exponent] : Mantissa * PowersOfTen[_exponent];
        return true;
    }

    /// <summary>The same of a number without exponent, whose mantissa is exact.</summary>
    /// <param name="fractionDigits">0 to 22, which is not checked.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Round(ulong mantissa, int fractionDigits) =>
        mantissa / Unsafe.Add(ref MemoryMarshal.GetReference(PowersOfTen), fractionDigits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadDigits(ReadOnlySpan<byte> text, int at, ref ulong mantissa)
    {
        for (uint digit; (uint)at < (uint)text.Length && (digit = (uint)(text[at] - '0')) <= 9; at++)
        {
            mantissa = (mantissa * 10) + digit;
        }

        return at;
    }

    /// <returns>The exponent, and the place behind it; −1 where it has no digits.</returns>
    private static (int Exponent, int End) ReadExponent(ReadOnlySpan<byte> text, int at)
    {
        var isNegative = (uint)at < (uint)text.Length && text[at] == '-';
        if ((uint)at < (uint)text.Length && text[at] is (byte)'-' or (byte)'+') at++;
        var (first, size) = (at, 0);
        for (; (uint)at < (uint)text.Length && (uint)(text[at] - '0') <= 9; at++)
        {
            size = Math.Min((size * 10) + (text[at] - '0'), 100_000);
        }

        return (isNegative ? -size : size, at > first ? at : -1);
    }
}
