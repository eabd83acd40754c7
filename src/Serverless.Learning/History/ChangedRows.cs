namespace Serverless.Learning.History;

/// <summary>
/// Finds rows of the part before that are not repeated although others are, and that others stand in for: somebody
/// corrected them, and both states would count.
/// </summary>
internal static class ChangedRows
{
    /// <summary>Above, so many rows are similar by chance that it says nothing.</summary>
    private const double MaxChance = 0.2;

    /// <param name="parts">The part before, and the part.</param>
    /// <param name="groups">Of each row, its group.</param>
    /// <param name="repeated">Of each row of the part, whether an earlier part counts it.</param>
    /// <returns>How many.</returns>
    public static int Count(
        (PartRows Before, PartRows Now) parts, (int[] Before, int[] Now) groups, bool[] repeated)
    {
        var shared = SharedTime.Of(parts.Before.Times).With(SharedTime.Of(parts.Now.Times));
        var left = new Dictionary<int, int>();
        foreach (var group in groups.Now) left[group] = left.GetValueOrDefault(group) + 1;
        var (vanished, kept) = (new List<int>(), new List<int>());
        for (var i = 0; i < groups.Before.Length; i++)
        {
            // Of the first moment in common, earlier rows may be left out; of the last one, later ones may be new.
            if (!Inside(parts.Before.Times, i, shared, isFrom: true)) continue;
            if (left.GetValueOrDefault(groups.Before[i]) == 0)
            {
                vanished.Add(i);
                continue;
            }

            left[groups.Before[i]]--;
            kept.Add(i);
        }

        var fresh = Enumerable.Range(0, groups.Now.Length)
            .Where(i => !repeated[i] && Inside(parts.Now.Times, i, shared, isFrom: false)).ToList();
        var most = Math.Min(vanished.Count, fresh.Count);
        if (most == 0) return 0;
        var (similar, isCertain) = CountSimilar(parts, vanished, kept, fresh);
        if (isCertain || kept.Count < vanished.Count) return Math.Min(most, similar);
        return most;
    }

    private static bool Inside(long[]? times, int row, SharedTime shared, bool isFrom)
    {
        if (times is null || times[row] == SharedTime.Missing) return true;
        return shared.Has(times[row]) && (isFrom ? times[row] > shared.From : times[row] < shared.To);
    }

    /// <summary>
    /// Counts vanished rows that have a similar one among the new rows, beyond as many as unchanged rows have.
    /// </summary>
    /// <returns>Whether a row that changed in one column would have been found.</returns>
    private static (int Similar, bool IsCertain) CountSimilar(
        (PartRows Before, PartRows Now) parts, List<int> vanished, List<int> kept, List<int> fresh)
    {
        var (best, isCertain) = (0, parts.Before.FindsAnyChange && parts.Now.FindsAnyChange);
        var sum = 0;
        foreach (var (before, now) in parts.Before.Similar.Zip(parts.Now.Similar))
        {
            var known = fresh.Select(i => now[i]).ToHashSet();
            var chance = kept.Count == 0 ? 0 : (double)kept.Count(i => known.Contains(before[i])) / kept.Count;
            isCertain &= chance < MaxChance;
            if (chance >= MaxChance) continue;
            var found = vanished.Count(i => known.Contains(before[i])) - (int)(chance * vanished.Count);
            sum += Math.Max(0, found);
            best = Math.Max(best, found);
        }

        return (Math.Max(best, Math.Min(sum, vanished.Count)), isCertain);
    }
}
