using System.Text;

namespace Serverless.Csv.Layout;

/// <summary>Columns that are set apart by blanks: by runs of them, or by where they begin.</summary>
/// <param name="Starts">Where each column begins, in characters; null where runs of blanks separate them.</param>
/// <param name="MinBlanks">The shortest run that separates.</param>
/// <param name="Count">Number of columns.</param>
internal sealed record AlignedColumns(int[]? Starts, int MinBlanks, int Count)
{
    private const int MinLines = 3;

    /// <summary>How the lines are set in columns; null where they are not.</summary>
    /// <param name="lines">Lines of a table, without blank ones; the names first.</param>
    /// <param name="rule">A line of dashes under the names; null without one.</param>
    public static AlignedColumns? Find(IReadOnlyList<string> lines, string? rule)
    {
        if (rule is not null && StartsOf(rule) is { Length: > 1 } starts)
        {
            return new AlignedColumns(starts, 1, starts.Length);
        }

        if (lines.Count < MinLines || lines.Any(l => l.Contains('"'))) return null;
        foreach (var blanks in new[] { 2, 1 })
        {
            var columns = new AlignedColumns(null, blanks, 0);
            var rows = lines.Select(columns.Split).ToList();
            var count = rows[0].Count;
            if (count > 1 && rows.TrueForAll(r => r.Count == count)
                && Enumerable.Range(0, count).Any(i => IsData(rows, i)))
            {
                return columns with { Count = count };
            }
        }

        return FindGaps(lines);
    }

    public List<string> Split(string line)
    {
        var fields = new List<string>();
        if (Starts is { } starts)
        {
            for (var i = 0; i < starts.Length; i++)
            {
                var from = Math.Min(starts[i], line.Length);
                var to = i + 1 < starts.Length ? Math.Min(starts[i + 1], line.Length) : line.Length;
                fields.Add(line[from..to].Trim());
            }

            return fields;
        }

        var text = line.Trim();
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            var blanks = 0;
            while (end + blanks < text.Length && blanks < MinBlanks)
            {
                if (text[end + blanks] == ' ') blanks++;
                else (end, blanks) = (end + blanks + 1, 0);
            }

            fields.Add(text[at..end]);
            at = end + blanks;
            while (at < text.Length && text[at] == ' ') at++;
        }

        return fields;
    }

    /// <summary>Whether a line keeps to the columns: no text goes over the place at which one begins.</summary>
    public bool Fits(string line) => Starts is not { } starts
        ? Split(line).Count == Count
        : starts.Skip(1).All(s => s >= line.Length || line[s - 1] == ' ');

    private static bool IsData(List<List<string>> rows, int column) =>
        !LineKind.IsDataLike(rows[0][column]) && rows.Skip(1).All(r => LineKind.IsDataLike(r[column]));

    private static int[] StartsOf(string rule)
    {
        var starts = new List<int>();
        for (var i = 0; i < rule.Length; i++)
        {
            if (rule[i] is '-' or '=' && (i == 0 || rule[i - 1] == ' ')) starts.Add(i);
            else if (rule[i] is not ('-' or '=' or ' ')) return [];
        }

        return [.. starts];
    }

    /// <summary>Columns between places that are blank on all lines.</summary>
    private static AlignedColumns? FindGaps(IReadOnlyList<string> lines)
    {
        var width = lines.Max(l => l.Length);
        var isUsed = new bool[width];
        foreach (var line in lines)
        {
            for (var i = 0; i < line.Length; i++) isUsed[i] |= line[i] != ' ';
        }

        int[] starts = [.. Enumerable.Range(0, width).Where(i => isUsed[i] && (i == 0 || !isUsed[i - 1]))];
        if (starts.Length < 2) return null;
        var columns = new AlignedColumns(starts, 1, starts.Length);
        var rows = lines.Select(columns.Split).ToList();

        // Text that happens to have a blank at one place on all lines has no column of numbers.
        var named = rows[0].Count(n => n.Length > 0);
        return named >= starts.Length - 1 && Enumerable.Range(0, starts.Length).Any(i => rows[0][i].Length > 0
            && !LineKind.IsDataLike(rows[0][i])
            && rows.Skip(1).All(r => r[i].Length == 0 || LineKind.IsDataLike(r[i]))
            && rows.Skip(1).Any(r => r[i].Length > 0))
            ? columns
            : null;
    }
}
