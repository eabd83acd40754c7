using System.Buffers.Text;

namespace Serverless.Csv.Values;

/// <summary>
/// Writes numbers of up to eight decimals and fifteen digits, as amounts and most measurements are: a multiplication
/// and a division tell whether a number is one, and no other text of so few digits means it. <see
/// cref="ShortestDoubleFormatter"/> writes the same text, and any other number, but takes several times as long.
/// </summary>
internal static class FewDecimals
{
    private const double MinMagnitude = 1e-4; // smaller ones are written with a power of ten
    private const long MaxDigits = 999_999_999_999_999;

    /// <param name="to">Has room for <see cref="ShortestDoubleFormatter.MaxLength"/> bytes.</param>
    /// <returns>False for a number of more digits, of which nothing is written.</returns>
    public static bool TryWrite(Span<byte> to, double value, out int length)
    {
        length = 0;
        var magnitude = Math.Abs(value);
        if (!(magnitude is >= MinMagnitude and < 1e11)) return false;
        var (digits, decimals, power) = ((long)((magnitude * 1e4) + 0.5), 4, 10_000L);
        if (digits / 1e4 != magnitude)
        {
            if (magnitude >= 1e7) return false;
            (digits, decimals, power) = ((long)((magnitude * 1e8) + 0.5), 8, 100_000_000L);
            if (digits > MaxDigits || digits / 1e8 != magnitude) return false;
        }
        else if (digits > MaxDigits) return false;

        if (value < 0) to[length++] = (byte)'-';
        var whole = digits / power;
        var fraction = digits - (whole * power);
        Utf8Formatter.TryFormat(whole, to[length..], out var written);
        length += written;
        if (fraction == 0) return true;
        while (fraction % 10 == 0) (fraction, decimals) = (fraction / 10, decimals - 1);
        to[length] = (byte)'.';
        for (var at = length + decimals; at > length; at--, fraction /= 10) to[at] = (byte)('0' + (fraction % 10));
        length += decimals + 1;
        return true;
    }
}
