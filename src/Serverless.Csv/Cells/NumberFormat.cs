using System.Text;

namespace Serverless.Csv.Cells;

/// <summary>
/// Numbers with a decimal comma or point, thousands between, one unit on either side, and signs as people write them:
/// <c>1.234,56 €</c>, <c>$1,234.50</c>, <c>(12.50)</c>, <c>12,5-</c>, <c>12.5%</c>. A percentage stays in percent.
/// </summary>
public sealed class NumberFormat : CellFormat
{
    private readonly byte[] _prefix;
    private readonly byte[] _suffix;
    private readonly string _unit;

    /// <param name="decimalSign">A point or a comma; the other one may separate thousands.</param>
    /// <param name="prefix">The unit before the numbers, such as <c>$</c>; cells without it fit too.</param>
    /// <param name="suffix">The unit behind them, such as <c>kg</c>; cells without it fit too.</param>
    public NumberFormat(char decimalSign, string prefix, string suffix)
    {
        DecimalSign = (byte)decimalSign;
        (_prefix, _suffix) = (Encoding.UTF8.GetBytes(prefix), Encoding.UTF8.GetBytes(suffix));
        _unit = prefix + suffix;
    }

    public byte DecimalSign { get; }

    /// <summary>The unit on either side; empty without one.</summary>
    public string Unit => _unit;

    public override int Write(ReadOnlySpan<byte> cell, Span<byte> to) =>
        DecimalSign == ',' && WritePlain(cell, to) is >= 0 and var plain ? plain : WriteAny(cell, to);

    public override string ToString()
    {
        var sign = DecimalSign == ',' ? "numbers with a decimal comma" : "numbers";
        return _unit.Length == 0 ? sign : $"{sign} in {_unit}";
    }

    /// <summary>The path of most cells: digits, perhaps a minus before and a comma between.</summary>
    private static int WritePlain(ReadOnlySpan<byte> cell, Span<byte> to)
    {
        if ((uint)(cell.Length - 1) >= MaxBytes) return -1;
        var commas = 0;
        for (var i = 0; i < cell.Length; i++)
        {
            var b = cell[i];
            if ((uint)(b - '0') > 9)
            {
                if (b == ',' && i > 0 && commas++ == 0) b = (byte)'.';
                else if (b != '-' || i > 0 || cell.Length == 1) return -1;
            }

            to[i] = b;
        }

        return cell.Length;
    }

    private int WriteAny(ReadOnlySpan<byte> cell, Span<byte> to)
    {
        if (!NumberText.TrySplit(cell, out var parts)) return -1;
        if (!parts.Prefix.IsEmpty && !parts.Prefix.SequenceEqual(_prefix)) return -1;
        if (!parts.Suffix.IsEmpty && !parts.Suffix.SequenceEqual(_suffix)) return -1;
        var at = 0;
        if (parts.IsNegative) to[at++] = (byte)'-';
        var written = WriteBody(parts.Body, DecimalSign, to[at..]);
        return written < 0 ? -1 : at + written;
    }

    /// <summary>Writes digits with a decimal point, without the separators of thousands.</summary>
    /// <returns>The bytes written; −1 if the separators do not stand as they should.</returns>
    internal static int WriteBody(ReadOnlySpan<byte> body, byte decimalSign, Span<byte> to)
    {
        var (at, digits, separator, groups) = (0, 0, 0, 0); // digits: since the last separator
        var i = 0;
        for (; i < body.Length; i++)
        {
            var b = body[i];
            if ((uint)(b - '0') <= 9)
            {
                to[at++] = b;
                digits++;
                continue;
            }

            if (b == decimalSign || (b | 0x20) == 'e') break;
            var (kind, length) = SeparatorAt(body[i..]);
            if (kind == 0 || (separator != 0 && kind != separator)) return -1;
            if (!IsGroup(digits, groups, kind, to[..at])) return -1;
            (separator, digits) = (kind, 0);
            groups++;
            i += length - 1;
        }

        if (groups > 0 && digits != 3) return -1;
        if (i == body.Length) return at;
        if (groups > 0 && (body[i] | 0x20) == 'e') return -1; // 1.234E+05 has a decimal point
        return WriteFraction(body[i..], decimalSign, to, at);
    }

    /// <summary>
    /// Whether the digits before a separator may stand there: one to three at first, no leading zero, then three; or
    /// two, as in India, where the last group is checked by the caller.
    /// </summary>
    private static bool IsGroup(int digits, int groups, int kind, ReadOnlySpan<byte> written)
    {
        if (groups == 0) return digits is >= 1 and <= 3 && written[0] != '0';
        return digits == 3 || (digits == 2 && kind == ',');
    }

    private static int WriteFraction(ReadOnlySpan<byte> rest, byte decimalSign, Span<byte> to, int at)
    {
        var i = 0;
        if (rest[0] == decimalSign)
        {
            to[at++] = (byte)'.';
            for (i = 1; i < rest.Length && (uint)(rest[i] - '0') <= 9; i++) to[at++] = rest[i];
        }

        if (i == rest.Length) return at;
        if ((rest[i] | 0x20) != 'e' || at == 0) return -1;
        to[at++] = (byte)'e';
        i++;
        if (i < rest.Length && rest[i] is (byte)'-' or (byte)'+') to[at++] = rest[i++];
        if (i == rest.Length) return -1;
        for (; i < rest.Length; i++)
        {
            if ((uint)(rest[i] - '0') > 9) return -1;
            to[at++] = rest[i];
        }

        return at;
    }

    /// <summary>A separator of thousands; kind 0 if there is none. Blanks and apostrophes are one kind each.</summary>
    private static (int Kind, int Length) SeparatorAt(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'.' or (byte)',', ..] => (text[0], 1),
        [(byte)'\'', ..] => ('\'', 1),
        [0xE2, 0x80, 0x99, ..] => ('\'', 3),
        _ => NumberText.BlankAtStart(text) is > 0 and var length ? (' ', length) : (0, 0),
    };
}
