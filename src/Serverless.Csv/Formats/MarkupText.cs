using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>Knows HTML and XML, which programs save under the name .xls, by their beginning.</summary>
internal static class MarkupText
{
    private static readonly (string Start, string What)[] Starts =
    [
        ("<!doctype html", "HTML"), ("<html", "HTML"), ("<table", "HTML"), ("<meta", "HTML"), ("<head", "HTML"),
        ("<body", "HTML"), ("<style", "HTML"), ("<?xml", "XML"), ("<?mso-application", "XML"),
    ];

    /// <param name="start">The first bytes of a text in UTF-8.</param>
    /// <returns>Why it cannot be read; null if it is no markup.</returns>
    public static UnreadableTextException? Find(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);
        if (start.IsEmpty || start[0] != '<') return null;
        Span<char> text = stackalloc char[32];
        var length = Math.Min(text.Length, start.Length);
        for (var i = 0; i < length; i++) text[i] = (char)start[i];
        foreach (var (beginning, what) in Starts)
        {
            if (!((ReadOnlySpan<char>)text[..length]).StartsWith(beginning, StringComparison.OrdinalIgnoreCase)) continue;
            return new UnreadableTextException(new CsvDamage(
                CsvDamage.Markup, "a table as text, JSON, Parquet or a workbook of Excel",
                $"{what}, which some programs save under the name .xls; open it in Excel or LibreOffice and save it as "
                    + ".xlsx or CSV"));
        }

        return null;
    }
}
