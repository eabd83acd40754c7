using System.Globalization;
using System.Text;

namespace Serverless.Csv.Cells;

/// <summary>A number's parts as written: sign, unit on either side, and digits with separators between.</summary>
internal readonly ref struct NumberText
{
    private const int MaxBytes = 48;

    private NumberText(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, ReadOnlySpan<byte> suffix, bool isNegative)
    {
        Prefix = prefix;
        Body = body;
        Suffix = suffix;
        IsNegative = isNegative;
    }

    /// <summary>What precedes the first digit, without signs and blanks.</summary>
    public ReadOnlySpan<byte> Prefix { get; }

    /// <summary>From the first digit, or a decimal sign before it, to the last.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>What follows the last digit, without signs and blanks.</summary>
    public ReadOnlySpan<byte> Suffix { get; }

    /// <summary>By a minus on either side, ASCII or U+2212, or by parentheses as accountants write it.</summary>
    public bool IsNegative { get; }

    /// <returns>False if there is no digit, or more signs than one.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> text, out NumberText parts)
    {
        parts = default;
        if (text.Length > MaxBytes) return false;
        var first = text.IndexOfAnyInRange((byte)'0', (byte)'9');
        if (first < 0) return false;
        var last = text.LastIndexOfAnyInRange((byte)'0', (byte)'9');
        if (first > 0 && text[first - 1] is (byte)'.' or (byte)',') first--;
        var after = last + 1;
        if (after < text.Length && text[after] is (byte)'.' or (byte)',' && IsEnd(text[(after + 1)..])) after++;

        var signs = 0;
        var negative = false;
        var prefix = Bare(text[..first], ref signs, ref negative, out var opened, out _);
        var suffix = Bare(text[after..], ref signs, ref negative, out _, out var closed);
        if (opened != closed || signs + (opened ? 1 : 0) > 1) return false;
        parts = new NumberText(prefix, text[first..after], suffix, negative || opened);
        return true;
    }

    private static bool IsEnd(ReadOnlySpan<byte> rest) => rest.IsEmpty || rest[0] is (byte)' ' or (byte)'-' or >= 0x80;

    /// <summary>Strips signs, parentheses and blanks from both ends, until nothing more can be stripped.</summary>
    private static ReadOnlySpan<byte> Bare(
        ReadOnlySpan<byte> text, scoped ref int signs, scoped ref bool negative, scoped out bool opened,
        scoped out bool closed)
    {
        (opened, closed) = (false, false);
        while (!text.IsEmpty)
        {
            if (BlankAtStart(text) is > 0 and var before) text = text[before..];
            else if (BlankAtEnd(text) is > 0 and var behind) text = text[..^behind];
            else if (text[0] is (byte)'(' or (byte)')')
            {
                (opened, closed) = (opened || text[0] == '(', closed || text[0] == ')');
                text = text[1..];
            }
            else if (text[^1] is (byte)'(' or (byte)')')
            {
                (opened, closed) = (opened || text[^1] == '(', closed || text[^1] == ')');
                text = text[..^1];
            }
            else if (SignAtStart(text, out var minus) is > 0 and var length)
            {
                text = text[length..];
                (negative, signs) = (negative || minus, signs + 1);
            }
            else if (SignAtEnd(text, out minus) is > 0 and var atEnd)
            {
                text = text[..^atEnd];
                (negative, signs) = (negative || minus, signs + 1);
            }
            else break;
        }

        return text;
    }

    private static int SignAtStart(ReadOnlySpan<byte> text, out bool minus)
    {
        minus = text[0] == '-' || text.StartsWith("\u2212"u8);
        return text[0] is (byte)'-' or (byte)'+' ? 1 : minus ? 3 : 0;
    }

    private static int SignAtEnd(ReadOnlySpan<byte> text, out bool minus)
    {
        minus = text[^1] == '-' || text.EndsWith("\u2212"u8);
        return text[^1] is (byte)'-' or (byte)'+' ? 1 : minus ? 3 : 0;
    }

    /// <summary>The bytes of a blank at the start: also U+00A0, U+202F, U+2009 and tab; 0 if there is none.</summary>
    public static int BlankAtStart(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)' ' or (byte)'\t', ..] => 1,
        [0xC2, 0xA0, ..] => 2,
        [0xE2, 0x80, 0xAF or 0x89, ..] => 3,
        _ => 0,
    };

    private static int BlankAtEnd(ReadOnlySpan<byte> text) => text switch
    {
        [.., (byte)' ' or (byte)'\t'] => 1,
        [.., 0xC2, 0xA0] => 2,
        [.., 0xE2, 0x80, 0xAF or 0x89] => 3,
        _ => 0,
    };

    /// <summary>Whether a text beside a number is a unit: of money on either side, any short one behind.</summary>
    public static bool IsUnit(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix)
    {
        if (!prefix.IsEmpty && !suffix.IsEmpty) return false;
        return prefix.IsEmpty ? IsSuffix(Encoding.UTF8.GetString(suffix)) : IsMoney(Encoding.UTF8.GetString(prefix));
    }

    private static readonly HashSet<string> Currencies = new(StringComparer.OrdinalIgnoreCase)
    {
        "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
        "RON", "BRL", "MXN", "ZAR", "TRY", "RUB", "KRW", "SGD", "HKD", "US$", "R$", "C$", "A$", "Rs", "Rs.", "Fr.",
        "kr", "kr.", "zł", "Kč", "Ft",
    };

    private static bool IsMoney(string text) => Currencies.Contains(text)
        || (text.Length == 1 && char.GetUnicodeCategory(text[0]) == UnicodeCategory.CurrencySymbol);

    /// <summary>Percent, money, or up to five characters that begin with a letter: kg, km/h, °C, m², Stk.</summary>
    private static bool IsSuffix(string text) => text.Length == 0 || text is "%" or "‰" || IsMoney(text)
        || (text.Length <= 5 && (char.IsLetter(text[0]) || text[0] == '°')
            && text.All(c => char.IsLetter(c) || c is '/' or '°' or '²' or '³' or '.' or '%'));
}
