namespace Serverless.Learning.History;

/// <summary>Counts how often rows occur in a part and before it, for the test of chance.</summary>
/// <param name="times">Of each part, its first and last time.</param>
internal sealed class PartComparison(
    IReadOnlyList<PartRows> parts, RowGroups groups, CountedRows counted, IReadOnlyList<bool[]> repeated,
    IReadOnlyList<SharedTime> times)
{
    private readonly int[] _now = new int[groups.Count];

    // Not every history needs it, and it is large.
    private int[]? _old;

    /// <summary>A number of each group, 0 but during use.</summary>
    public int[] Scratch => _now;

    /// <summary>Compares with all rows that count so far, where they share time with the part.</summary>
    /// <param name="inBlock">The part's rows that are not compared.</param>
    public RepeatTest WithAll(int part, bool[] inBlock)
    {
        var shared = times[part].With(times.Take(part).Aggregate((a, b) => a.Or(b)));
        var (test, firsts) = (new RepeatTest(), CountNow(part, inBlock, shared));
        var (rows, own, onlyBefore) = (groups.Of[part], parts[part].Times, new SortedDictionary<int, long>());
        foreach (var first in firsts)
        {
            var (before, now, time) = (counted[rows[first]], _now[rows[first]], own?[first] ?? SharedTime.Missing);
            test.Add(before, now);
            test.Lost += time > shared.From || own is null ? Math.Max(0, before - now) : 0;
            test.New += time < shared.To ? Math.Max(0, now - before) : 0;
        }

        if (own is null)
        {
            foreach (var (count, number) in counted.Histogram) onlyBefore[count] = number;
            foreach (var count in firsts.Select(f => counted[rows[f]]).Where(c => c > 0)) onlyBefore[count]--;
            test.Lost += onlyBefore.Sum(c => c.Key * c.Value);
        }
        else
        {
            foreach (var (group, time) in RowsBefore(part, shared))
            {
                if (_now[group] > 0) continue;
                onlyBefore[counted[group]] = onlyBefore.GetValueOrDefault(counted[group]) + 1;
                test.Lost += time > shared.From ? 1 : 0;
            }

            // Each value was found as often as it counts.
            foreach (var count in onlyBefore.Keys.ToList()) onlyBefore[count] /= Math.Max(1, count);
        }

        foreach (var (count, number) in onlyBefore) test.Add(count, 0, number);
        foreach (var first in firsts) _now[groups.Of[part][first]] = 0;
        return test;
    }

    /// <summary>Compares with one earlier part alone.</summary>
    /// <returns>Also how often each of its rows is there; cleared by the next call.</returns>
    public (RepeatTest Test, Func<int, int> There) WithOne(int part, int earlier, bool[] inBlock)
    {
        var (rows, earlierRows, oldTimes) = (groups.Of[part], groups.Of[earlier], parts[earlier].Times);
        var old = _old ??= new int[groups.Count];
        Array.Clear(old);
        var shared = times[part].With(times[earlier]);
        for (var i = 0; i < earlierRows.Length; i++)
        {
            if (shared.Has(oldTimes?[i] ?? SharedTime.Missing)) old[earlierRows[i]]++;
        }

        for (var i = 0; i < rows.Length; i++)
        {
            if (inBlock[i] && old[rows[i]] > 0) old[rows[i]]--;
        }

        var (test, firsts) = (new RepeatTest(), CountNow(part, inBlock, shared));
        foreach (var first in firsts) test.Add(old[rows[first]], _now[rows[first]]);
        foreach (var group in earlierRows.Distinct())
        {
            if (_now[group] == 0) test.Add(old[group], 0);
        }

        test.Lost = test.Before - test.Equal;
        foreach (var first in firsts) _now[rows[first]] = 0;
        return (test, group => old[group]);
    }

    /// <returns>The first row of each group that occurs.</returns>
    private List<int> CountNow(int part, bool[] inBlock, SharedTime shared)
    {
        var (rows, own, firsts) = (groups.Of[part], parts[part].Times, new List<int>());
        for (var i = 0; i < rows.Length; i++)
        {
            if (inBlock[i] || !shared.Has(own?[i] ?? SharedTime.Missing)) continue;
            if (_now[rows[i]]++ == 0) firsts.Add(i);
        }

        return firsts;
    }

    /// <summary>The rows of earlier parts that count, within a time.</summary>
    private IEnumerable<(int Group, long Time)> RowsBefore(int part, SharedTime shared)
    {
        for (var p = 0; p < part; p++)
        {
            var (rows, own) = (groups.Of[p], parts[p].Times);
            if (own is not null && times[p].With(shared).IsEmpty) continue;
            for (var i = 0; i < rows.Length; i++)
            {
                var time = own?[i] ?? SharedTime.Missing;
                if (!repeated[p][i] && shared.Has(time)) yield return (rows[i], time);
            }
        }
    }
}
