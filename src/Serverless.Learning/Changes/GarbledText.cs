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
            // A first byte of two or more is 0xC2 to 0xF4, those after it 0x80 to 0xBF.
            if (text[i] is >= 'Â' and <= 'ô' && i + 1 < text.Length && IsContinuation(text[i + 1])) return true;
        }

        return false;
    }

    private static bool IsContinuation(char sign) => sign is >= '\u0080' and <= '\u00BF' || HighSigns.Contains(sign);
}
