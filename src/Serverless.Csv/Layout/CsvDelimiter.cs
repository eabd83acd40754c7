namespace Serverless.Csv.Layout;

/// <summary>Detects whether a bar, tab, semicolon, comma or colon separates the fields of a file.</summary>
internal static class CsvDelimiter
{
    private const int MaxLines = 50;

    // On a tie the delimiter that is rarer in ordinary values wins: '1,5;2,5' is two decimal commas.
    private static readonly byte[] Candidates = "|\t;,"u8.ToArray();

    /// <summary>
    /// The delimiter whose count per line, outside quotes, agrees on most of the first lines; comma if none occurs.
    /// </summary>
    /// <param name="start">The file's beginning.</param>
    public static byte Detect(ReadOnlySpan<byte> start) => Find(start).Delimiter;

    /// <returns>And whether it is on at least half of the lines that are not blank.</returns>
    public static (byte Delimiter, bool IsCommon) Find(ReadOnlySpan<byte> start)
    {
        var lines = CountPerLine(start, Candidates);
        var best = (byte)',';
        var bestAgreeing = 0;
        for (var c = 0; c < Candidates.Length; c++)
        {
            var agreeing = lines.Select(l => l[c]).Where(n => n > 0).GroupBy(n => n).Select(g => g.Count())
                .DefaultIfEmpty(0).Max();
            if (agreeing > bestAgreeing) (best, bestAgreeing) = (Candidates[c], agreeing);
        }

        return (best, 2 * bestAgreeing >= lines.Count);
    }

    /// <summary>
    /// Whether colons separate fields: as many on every line, and none of the first line between digits, as in 10:20.
    /// </summary>
    public static bool IsColon(ReadOnlySpan<byte> start)
    {
        var lines = CountPerLine(start, ":"u8);
        var end = start.IndexOf((byte)'\n');
        var first = end < 0 ? start : start[..end];
        for (var at = 1; at < first.Length - 1; at++)
        {
            if (first[at] == ':' && char.IsAsciiDigit((char)first[at - 1]) && char.IsAsciiDigit((char)first[at + 1]))
            {
                return false;
            }
        }

        return lines.Count >= 2 && lines[0][0] > 0 && lines.TrueForAll(l => l[0] == lines[0][0]);
    }

    private static List<int[]> CountPerLine(ReadOnlySpan<byte> text, ReadOnlySpan<byte> candidates)
    {
        var lines = new List<int[]>();
        var counts = new int[candidates.Length];
        var quoted = false;
        var fieldStart = true;
        var isBlank = true;
        foreach (var b in text)
        {
            if (b == '"')
            {
                // A quote right after a closing quote reopens the field: it was doubled.
                fieldStart |= quoted;
                quoted = !quoted && fieldStart;
                isBlank = false;
                continue;
            }

            if (!quoted && b == '\n')
            {
                if (!isBlank) lines.Add(counts);
                if (lines.Count == MaxLines) return lines;
                counts = new int[candidates.Length];
                (fieldStart, isBlank) = (true, true);
                continue;
            }
            else if (!quoted && candidates.IndexOf(b) is >= 0 and var candidate)
            {
                counts[candidate]++;
                (fieldStart, isBlank) = (true, false);
                continue;
            }

            fieldStart &= b == ' ';
            isBlank &= b is (byte)' ' or (byte)'\r';
        }

        // The last line may be truncated; it counts only if there is no other.
        if (lines.Count == 0) lines.Add(counts);
        return lines;
    }
}
