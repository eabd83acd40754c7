namespace Serverless.Csv.Records;

/// <summary>Detects whether comma, semicolon or tab separates the fields of a file.</summary>
internal static class CsvDelimiter
{
    private const int MaxLines = 50;

    // On a tie the delimiter that is rarer in ordinary values wins: '1,5;2,5' is two decimal commas.
    private static readonly byte[] Candidates = "\t;,"u8.ToArray();

    /// <summary>
    /// The delimiter whose count per line, outside quotes, agrees on most of the first lines; comma if none occurs.
    /// </summary>
    /// <param name="start">The file's beginning.</param>
    public static byte Detect(ReadOnlySpan<byte> start)
    {
        var lines = CountPerLine(start);
        var best = (byte)',';
        var bestAgreeing = 0;
        for (var c = 0; c < Candidates.Length; c++)
        {
            var agreeing = lines.Select(l => l[c]).Where(n => n > 0).GroupBy(n => n).Select(g => g.Count())
                .DefaultIfEmpty(0).Max();
            if (agreeing > bestAgreeing) (best, bestAgreeing) = (Candidates[c], agreeing);
        }

        return best;
    }

    private static List<int[]> CountPerLine(ReadOnlySpan<byte> text)
    {
        var lines = new List<int[]>();
        var counts = new int[Candidates.Length];
        var quoted = false;
        var fieldStart = true;
        foreach (var b in text)
        {
            if (b == '"')
            {
                // A quote right after a closing quote reopens the field: it was doubled.
                fieldStart |= quoted;
                quoted = !quoted && fieldStart;
                continue;
            }

            if (!quoted && b == '\n')
            {
                lines.Add(counts);
                if (lines.Count == MaxLines) return lines;
                counts = new int[Candidates.Length];
                fieldStart = true;
                continue;
            }
            else if (!quoted && Candidates.IndexOf(b) is >= 0 and var candidate)
            {
                counts[candidate]++;
                fieldStart = true;
                continue;
            }

            fieldStart &= b == ' ';
        }

        // The last line may be truncated; it counts only if there is no other.
        if (lines.Count == 0) lines.Add(counts);
        return lines;
    }
}
