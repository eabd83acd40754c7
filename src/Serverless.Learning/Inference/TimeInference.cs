using Serverless.Csv.Values;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Inference;

/// <summary>Finds order in columns that are no timestamps: parts of dates, and numbers given in order.</summary>
internal static class TimeInference
{
    /// <summary>Share of the steps from row to row that may go the other way in a file ordered by time.</summary>
    public const double MaxDisorder = 0.02;

    private const double MinRiseShare = 0.99;

    /// <summary>Parts of a date, with the range of their numbers and the words that name them.</summary>
    private static readonly (int Min, int Max, HashSet<string> Words)[] Parts =
    [
        (1900, 2100, Words("year", "yr", "yyyy", "jahr", "annee", "année", "an", "año", "anno", "år", "jaar", "rok")),
        (1, 12, Words("month", "mon", "mnth", "mm", "monat", "mois", "mes", "mese", "måned", "månad", "maand")),
        (1, 31, Words("day", "dd", "tag", "jour", "dia", "día", "giorno", "dag", "dom")),
        (0, 23, Words("hour", "hr", "hh", "stunde", "heure", "hora", "ora", "time", "timme", "uur")),
        (0, 59, Words("minute", "min", "minuto", "minut")),
    ];

    private static readonly HashSet<string> WeekWords = Words("week", "wk", "woche", "semaine", "semana", "vecka");

    /// <summary>
    /// Columns of year, month and as many of day, hour and minute as order the rows together, under names with the same
    /// beginning.
    /// </summary>
    /// <returns>Indices in the order of the parts; null if there are none.</returns>
    public static IReadOnlyList<int>? FindParts(
        IReadOnlyList<string> names, StridedRowSample sample, IReadOnlyList<ColumnProfile> profiles)
    {
        var found = new Dictionary<string, int[]>();
        for (var column = 0; column < names.Count; column++)
        {
            if (PartOf(names[column], profiles[column]) is not ({ } beginning, var part)) continue;
            if (!found.TryGetValue(beginning, out var columns))
            {
                found[beginning] = columns = new int[Parts.Length];
                Array.Fill(columns, -1);
            }

            if (columns[part] < 0) columns[part] = column;
        }

        foreach (var columns in found.OrderBy(f => Array.FindAll(f.Value, c => c >= 0).Min()).Select(f => f.Value))
        {
            var length = Array.IndexOf(columns, -1) is >= 0 and var gap ? gap : columns.Length;
            for (; length >= 2; length--)
            {
                if (AreOrdered(sample, columns[..length])) return columns[..length];
            }
        }

        return null;
    }

    /// <summary>
    /// A column of numbers that rise from row to row with gaps, named as an id, as orders are numbered when they come
    /// in; unless the rows are sorted by their label, which no order of arrival is.
    /// </summary>
    /// <returns>Its index; −1 if there is none.</returns>
    public static int FindCounter(
        IReadOnlyList<string> names, StridedRowSample sample, IReadOnlyList<ColumnProfile> profiles, int label)
    {
        if (IsSorted(sample, label, profiles[label])) return -1;
        for (var column = 0; column < names.Count; column++)
        {
            var profile = profiles[column];
            var steps = profile.Rows - 1;
            if (column != label && steps >= LeakDetection.MinRows && ColumnName.IsId(names[column])
                && profile.Integers == profile.Rows && profile.Rises >= MinRiseShare * steps
                && profile.CountingSteps < MinRiseShare * steps)
            {
                return column;
            }
        }

        return -1;
    }

    /// <summary>
    /// Whether a column has the name and the numbers of a date's part: <c>01</c> is then a number, and no code.
    /// </summary>
    public static bool IsPart(string name, ColumnProfile profile) => PartOf(name, profile).Beginning is not null;

    private static (string? Beginning, int Part) PartOf(string name, ColumnProfile profile)
    {
        if (profile.Present == 0 || profile.Missing > 0 || profile.Integers < profile.Present) return (null, -1);
        var words = ColumnName.Words(name).ToList();
        if (words.Exists(WeekWords.Contains)) return (null, -1);
        for (var i = 0; i < words.Count; i++)
        {
            var part = Array.FindIndex(Parts, p => p.Words.Contains(words[i]));
            if (part < 0) continue;
            return profile.Min >= Parts[part].Min && profile.Max <= Parts[part].Max
                ? (string.Join(' ', words.Take(i)).ToUpperInvariant(), part)
                : (null, -1);
        }

        return (null, -1);
    }

    private static bool AreOrdered(StridedRowSample sample, int[] columns)
    {
        var (forth, back, impossible, last) = (0L, 0L, 0L, TimestampColumn.Missing);
        Span<int> parts = stackalloc int[columns.Length];
        for (var row = 0; row < sample.Count; row++)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                if (!Utf8NumberParser.TryParse(sample.Field(row, columns[i]), out var number)) return false;
                parts[i] = (int)number;
            }

            var ticks = RowTimes.ToTicks(parts);
            if (ticks == TimestampColumn.Missing)
            {
                impossible++;
                continue;
            }

            if (last != TimestampColumn.Missing && ticks > last) forth++;
            else if (ticks < last) back++;
            last = ticks;
        }

        return forth + back > 0 && Math.Min(forth, back) + impossible <= MaxDisorder * (forth + back);
    }

    /// <summary>Whether equal labels stand together, or numbers rise or fall far more often than by chance.</summary>
    private static bool IsSorted(StridedRowSample sample, int label, ColumnProfile profile)
    {
        if (TypeInference.IsNearlyAll(profile.Numbers, profile.Present) && profile.Integers < profile.Numbers)
        {
            var share = profile.Rises / Math.Max(1.0, profile.Rows - 1);
            return share is < 0.25 or > 0.75;
        }

        var counts = new Dictionary<ulong, long>();
        var (changes, last) = (0L, 0UL);
        for (var row = 0; row < sample.Count; row++)
        {
            var value = FieldHash.Of(sample.Field(row, label));
            if (row > 0 && value != last) changes++;
            counts[value] = counts.GetValueOrDefault(value) + 1;
            last = value;
        }

        double rows = Math.Max(1, sample.Count);
        var expected = rows * (1 - counts.Values.Sum(c => c / rows * (c / rows)));
        return changes < expected / 2;
    }

    private static HashSet<string> Words(params string[] words) => new(words, StringComparer.OrdinalIgnoreCase);
}
