namespace Serverless.Learning.Changes;

/// <summary>
/// Recognises text in UTF-8 that was read in Windows-1252 and saved again: each letter beyond ASCII became two or
/// three, the first of them a letter with an accent, as in <c>MÃ¼nchen</c>; or became U+FFFD.
/// </summary>
internal static class GarbledText
{
    /// <summary>What the bytes 0x80 to 0x9F of Windows-1252 stand for.</summary>
    private const string HighSigns = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";

    public static bool Is(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\uFFFD') return true;
            // The first byte tells how many of 0x80 to 0xBF follow: 'íž' of 'Kříž' would need one more.
            var more = text[i] switch
            {
                >= 'Â' and <= 'ß' => 1,
                >= 'à' and <= 'ï' => 2,
                >= 'ð' and <= 'ô' => 3,
                _ => 0,
            };
            // Classes are compared in lower case, in which 'Ã' is 'ã'.
            var next = i + 1 < text.Length ? text[i + 1] : ' ';
            if (text[i] is >= 'â' and <= 'å' && next is >= '\u0080' and <= '\u00BF') return true;
            if (more > 0 && i + more < text.Length && AreContinuations(text.AsSpan(i + 1, more))) return true;
        }

        return false;
    }

    private static bool AreContinuations(ReadOnlySpan<char> signs)
    {
        foreach (var sign in signs)
        {
            if (!IsContinuation(sign)) return false;
        }

        return true;
    }

    private static bool IsContinuation(char sign) => sign is >= '\u0080' and <= '\u00BF' || HighSigns.Contains(sign);
}
