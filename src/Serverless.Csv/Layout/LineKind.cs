using System.Buffers;
using System.Text;
using Serverless.Csv.Values;

namespace Serverless.Csv.Layout;

/// <summary>What a line without its end is, by its characters alone.</summary>
internal static class LineKind
{
    private static readonly string[] _totals =
    [
        "total", "totals", "grand total", "subtotal", "sum", "average", "mean", "summe", "gesamt", "gesamtsumme",
        "gesamtergebnis", "zwischensumme", "durchschnitt", "mittelwert", "somme", "total général", "moyenne", "summa",
        "totalt", "totaal", "medel", "totale", "итого",
    ];

    private static readonly SearchValues<byte> _fieldEnds = SearchValues.Create("|;,\t\""u8);

    private static readonly SearchValues<byte> _ruled = SearchValues.Create("-=+|:,; \t\r"u8);

    public static bool IsBlank(ReadOnlySpan<byte> line) => line.Trim(" \t\r"u8).IsEmpty;

    /// <summary>
    /// A line of dashes, as under the names and around the tables of databases' consoles and SAP's lists.
    /// </summary>
    public static bool IsRule(ReadOnlySpan<byte> line) =>
        !line.ContainsAnyExcept(_ruled) && (line.IndexOf("---"u8) >= 0 || line.IndexOf("==="u8) >= 0);

    public static bool IsComment(ReadOnlySpan<byte> line)
    {
        // With half of a quoted field the line is the beginning of a record.
        if ((line.Count((byte)'"') & 1) != 0) return false;
        line = line.TrimStart(" \t\""u8);
        if (MissingText.Is(FirstField(line))) return false; // #N/A and #DIV/0! are values
        return line.StartsWith("#"u8) || line.StartsWith("//"u8)
            || (line.StartsWith("--"u8) && line.TrimStart("-"u8) is [(byte)' ' or (>= (byte)'A' and <= (byte)'z'), ..]);
    }

    private static ReadOnlySpan<byte> FirstField(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAny(_fieldEnds);
        return (end < 0 ? line : line[..end]).TrimEnd(" \r"u8);
    }

    /// <summary>The delimiter of a line such as <c>sep=;</c>, by which Excel goes; null for any other line.</summary>
    public static byte? Separator(ReadOnlySpan<byte> line)
    {
        line = line.Trim("\" \r"u8);
        if (line.Length < 4 || !Ascii.EqualsIgnoreCase(line[..4], "sep="u8)) return null;
        return line.Length == 5 ? line[4] : null;
    }

    /// <summary>Whether a value has the look of a number, an amount, a date or a time.</summary>
    public static bool IsDataLike(string field)
    {
        var text = field.AsSpan().Trim().TrimStart("+-−($€£ ");
        return text.Length > 0 && char.IsAsciiDigit(text[0]) && field.Count(char.IsLetter) <= 3;
    }

    /// <summary>Whether a value begins as that of a row of totals does.</summary>
    public static bool IsTotal(string field)
    {
        // SAP marks its totals with stars.
        var text = field.Trim().TrimEnd(':').ToLowerInvariant();
        return text is "*" or "**" or "***" || Array.Exists(_totals, t => text == t
            || (text.StartsWith(t, StringComparison.Ordinal) && text[t.Length] is ' ' or ':' or '('));
    }
}
