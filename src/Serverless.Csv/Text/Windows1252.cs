using System.Buffers;
using System.Text;

namespace Serverless.Csv.Text;

/// <summary>
/// Windows-1252 (WHATWG index-windows-1252), of which Latin-1 is a part: what is not UTF-8 in files of Western Europe.
/// </summary>
internal static class Windows1252
{
    /// <summary>Maps the bytes 0x80 to 0x9F to characters; 0 for the five undefined bytes.</summary>
    private const string Upper =
        "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

    /// <summary>All bytes from 0x80 on, in UTF-8.</summary>
    private static readonly byte[][] _encoded = [.. Enumerable.Range(0x80, 0x80).Select(
        b => Encoding.UTF8.GetBytes((b < 0xA0 ? Upper[b - 0x80] : (char)b).ToString()))];

    /// <summary>
    /// Whether text that is not valid UTF-8 is Windows-1252: it has more bytes that do not fit UTF-8 than characters
    /// that do, and none that Windows-1252 lacks. One damaged character in UTF-8 text must not change all others.
    /// </summary>
    public static bool IsLikely(ReadOnlySpan<byte> text)
    {
        // Half a byte order mark: UTF-8 that was damaged at its start.
        if (text.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB]) || text.ContainsAny(_missing)) return false;
        var (valid, invalid) = (0, 0);
        while (text.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is >= 0 and var at)
        {
            text = text[at..];
            var isCharacter = Rune.DecodeFromUtf8(text, out _, out var length) == OperationStatus.Done;
            if (isCharacter) valid++;
            else invalid++;
            text = text[(isCharacter ? length : 1)..];
        }

        return invalid > valid;
    }

    /// <summary>The number of bytes that the text takes in UTF-8.</summary>
    public static int CountUtf8(ReadOnlySpan<byte> text)
    {
        var count = text.Length;
        while (text.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is >= 0 and var at)
        {
            count += _encoded[text[at] - 0x80].Length - 1;
            text = text[(at + 1)..];
        }

        return count;
    }

    /// <summary>Turns text into UTF-8 in place, from its end on.</summary>
    /// <param name="buffer">Has room for the longer text.</param>
    /// <returns>Where the text ends.</returns>
    public static int ToUtf8(byte[] buffer, int start, int end)
    {
        var to = start + CountUtf8(buffer.AsSpan(start, end - start));
        var result = to;
        for (var from = end - 1; to > from + 1; from--)
        {
            if (buffer[from] < 0x80)
            {
                buffer[--to] = buffer[from];
                continue;
            }

            var character = _encoded[buffer[from] - 0x80];
            to -= character.Length;
            character.CopyTo(buffer, to);
        }

        return result;
    }

    /// <summary>Index of the first byte without a character; −1 if there is none.</summary>
    public static int IndexOfMissing(ReadOnlySpan<byte> text) => text.IndexOfAny(_missing);

    private static readonly SearchValues<byte> _missing = SearchValues.Create([0x81, 0x8D, 0x8F, 0x90, 0x9D]);
}
