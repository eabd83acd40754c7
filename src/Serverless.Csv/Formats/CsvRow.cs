using System.Buffers;
using System.Text;

namespace Serverless.Csv.Formats;

/// <summary>Writes fields as RFC 4180 has them, between commas.</summary>
internal static class CsvRow
{
    public const byte Delimiter = (byte)',';

    private static readonly SearchValues<byte> _special = SearchValues.Create(",\"\r\n"u8);

    public static bool NeedsQuotes(ReadOnlySpan<byte> text) => text.ContainsAny(_special);

    public static void WriteField(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> text)
    {
        if (!NeedsQuotes(text))
        {
            to.Write(text);
            return;
        }

        WriteQuoted(to, text);
    }

    public static void WriteQuoted(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> text)
    {
        to.Write("\""u8);
        while (text.IndexOf((byte)'"') is >= 0 and var quote)
        {
            to.Write(text[..(quote + 1)]);
            to.Write("\""u8);
            text = text[(quote + 1)..];
        }

        to.Write(text);
        to.Write("\""u8);
    }

    public static void WriteField(ArrayBufferWriter<byte> to, string text) =>
        WriteField(to, Encoding.UTF8.GetBytes(text));

    /// <summary>A line of names.</summary>
    public static void WriteNames(ArrayBufferWriter<byte> to, IEnumerable<string> names)
    {
        var isFirst = true;
        foreach (var name in names)
        {
            if (!isFirst) to.Write(","u8);
            isFirst = false;
            WriteField(to, name);
        }

        to.Write("\n"u8);
    }
}
