using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Serverless.Csv.Text;

namespace Serverless.Csv.Values;

/// <summary>
/// Recognises numbers in notations that are not parsed: <c>$104.23</c>, <c>83,68</c>, <c>12.5%</c>, <c>12.50 €</c>,
/// <c>1,234.50</c>, <c>1.234,56</c>, <c>(12.50)</c>, <c>12.5-</c>, a U+2212 minus, or blanks between thousands.
/// </summary>
internal static partial class NumberNotation
{
    private const int MaxBytes = 48;

    /// <param name="text">A text that does not parse as a number.</param>
    /// <param name="withUnit">Also accept a unit after the number, as in <c>12.5 kg</c>.</param>
    public static bool IsOther(ReadOnlySpan<byte> text, bool withUnit)
    {
        if (text.Length > MaxBytes || text.IndexOfAnyInRange((byte)'0', (byte)'9') < 0) return false;
        var number = Encoding.UTF8.GetString(text).Trim();
        if (number is ['(', .., ')']) number = number[1..^1];
        number = Bare(Sign().Replace(Bare(Sign().Replace(number.Trim(), "")), ""));
        if (withUnit) number = Unit().Replace(number, "");
        return Number().IsMatch(number);
    }

    /// <summary>Strips a currency or percent sign on either side.</summary>
    private static string Bare(string text)
    {
        var bare = CurrencyCode().Replace(text, "");
        if (bare.Length > 1 && IsMark(bare[0])) bare = bare[1..];
        if (bare.Length > 1 && IsMark(bare[^1])) bare = bare[..^1];
        return bare.Trim();

        static bool IsMark(char c) =>
            c is '%' or '‰' || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.CurrencySymbol;
    }

    [GeneratedRegex(@"^[-+\u2212]\s*|\s*[-\u2212]$")]
    private static partial Regex Sign();

    private const string Codes = "(USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|SEK|NOK|DKK|PLN|CZK|BRL)";

    [GeneratedRegex($@"^{Codes}\s*|\s*{Codes}$")]
    private static partial Regex CurrencyCode();

    [GeneratedRegex(@"\s*\p{L}{1,4}[²³]?$")]
    private static partial Regex Unit();

    /// <summary>
    /// Plain digits, or groups of three (of two before the last, as in India), with a decimal point or comma.
    /// </summary>
    [GeneratedRegex(@"^([0-9]+|[0-9]{1,3}([,.'’\s][0-9]{3})+|[0-9]{1,2}(,[0-9]{2})+,[0-9]{3})?([.,][0-9]+)?$")]
    private static partial Regex Number();
}

/// <summary>Counts the values of a label that are numbers in another notation, and keeps the first of them.</summary>
public sealed class LabelNotation
{
    /// <summary>
    /// Values with currency, percent, decimal commas, thousands separators, or signs in other places.
    /// </summary>
    public long Count { get; private set; }

    /// <summary>These plus numbers with a unit.</summary>
    public long CountWithUnits { get; private set; }

    public string? First { get; private set; }

    /// <summary>Line of <see cref="First"/> in the file.</summary>
    public long Line { get; private set; }

    /// <param name="text">A text that is neither missing nor parses as a number.</param>
    public void Add(ReadOnlySpan<byte> text, long line)
    {
        if (!NumberNotation.IsOther(text, withUnit: true)) return;
        CountWithUnits++;
        if (NumberNotation.IsOther(text, withUnit: false)) Count++;
        if (First is not null) return;
        (First, Line) = (FieldText.Show(text), line);
    }
}
