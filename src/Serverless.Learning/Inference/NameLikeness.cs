namespace Serverless.Learning.Inference;

/// <summary>How alike two column names are, 0 to 1.</summary>
internal static class NameLikeness
{
    /// <summary>The share of letters and digits that stay (Levenshtein); 1 apart from case, blanks and signs.</summary>
    public static double Of(string a, string b)
    {
        var (x, y) = (Plain(a), Plain(b));
        if (x.Length == 0 || y.Length == 0) return 0;
        var edits = 1 - ((double)Edits(x, y) / Math.Max(x.Length, y.Length));
        var (shorter, longer) = x.Length < y.Length ? (x, y) : (y, x);
        var isPart = shorter.Length >= 3 && longer.Contains(shorter, StringComparison.Ordinal);
        return isPart ? Math.Max(edits, 0.75) : edits;
    }

    private static string Plain(string name) =>
        string.Concat(name.ToLowerInvariant().Where(char.IsLetterOrDigit).Take(100));

    private static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
