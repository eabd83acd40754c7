using System.Text;

namespace Serverless.Learning.Texts;

/// <summary>
/// Cuts text into words: runs of characters other than blanks, punctuation and symbols, in lower case. What separates
/// words is a fixed list of Unicode's blocks, not its table of categories, which runtimes have in different versions;
/// accents and vowel signs that follow a letter thus stay in its word. Text without blanks between words, such as
/// Chinese, is one word.
/// </summary>
public static class WordText
{
    private const byte Blank = (byte)' ';

    /// <summary>Max bytes that a text may have in the form of <see cref="Normalize(ReadOnlySpan{byte}, Span{byte})"/>;
    /// a letter's lower case may take one byte more.</summary>
    /// <param name="bytes">Length of the text in UTF-8.</param>
    public static int MaxBytes(int bytes) => 2 * bytes;

    /// <summary>Writes the words of a text, separated by single blanks.</summary>
    /// <param name="utf8">Invalid bytes separate words.</param>
    /// <param name="words">At least <see cref="MaxBytes"/> long.</param>
    /// <returns>Number of bytes written; 0 for a text without words.</returns>
    public static int Normalize(ReadOnlySpan<byte> utf8, Span<byte> words)
    {
        var (at, isInside) = (0, false);
        while (!utf8.IsEmpty)
        {
            Rune.DecodeFromUtf8(utf8, out var rune, out var length);
            utf8 = utf8[length..];
            if (IsSeparator(rune.Value))
            {
                isInside = false;
                continue;
            }

            if (!isInside && at > 0) words[at++] = Blank;
            isInside = true;
            at += Rune.ToLowerInvariant(rune).EncodeToUtf8(words[at..]);
        }

        return at;
    }

    /// <summary>The words of a text, separated by single blanks; empty for a text without words.</summary>
    public static string Normalize(string text) => Encoding.UTF8.GetString(ToBytes(text));

    internal static byte[] ToBytes(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var words = new byte[MaxBytes(utf8.Length)];
        return words[..Normalize(utf8, words)];
    }

    /// <summary>ASCII, Latin-1, general punctuation to dingbats, CJK punctuation, full-width forms, emoji.</summary>
    private static bool IsSeparator(int c) => c < 0x80
        ? !char.IsAsciiLetterOrDigit((char)c)
        : c is (<= 0xBF and not (0xAA or 0xB5 or 0xBA)) or 0xD7 or 0xF7
            or (>= 0x2000 and <= 0x2BFF) or (>= 0x2E00 and <= 0x2E7F)
            or (>= 0x3000 and <= 0x3003) or (>= 0x3008 and <= 0x3020) or 0x3030
            or (>= 0xFE10 and <= 0xFE6F) or (>= 0xFF01 and <= 0xFF0F) or (>= 0xFF1A and <= 0xFF20)
            or (>= 0xFF3B and <= 0xFF40) or (>= 0xFF5B and <= 0xFF65) or 0xFEFF or 0xFFFD
            or (>= 0x1F000 and <= 0x1FAFF);
}
