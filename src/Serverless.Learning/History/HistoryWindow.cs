using Serverless.Learning.Definition;

namespace Serverless.Learning.History;

/// <summary>Leaves out rows that are too old for <c>data.window</c>.</summary>
/// <param name="byTime">Whether rows are ordered by time.</param>
internal sealed class HistoryWindow(IReadOnlyList<PartRows> parts, DataWindow window, bool byTime)
{
    /// <summary>Index of the first part that <c>data.window.files</c> leaves.</summary>
    public int FirstPart => Math.Max(0, parts.Count - (window.Files ?? parts.Count));

    /// <summary>What cannot have an effect, for people; empty if all does.</summary>
    public string Problem => window.Since is null || parts.All(p => p is { Times: not null, AreTicks: true })
        ? ""
        : $" data.window.since ('{window.Since}') has no effect, as rows have no time: name it in time.";

    /// <summary>Leaves rows out.</summary>
    /// <param name="counts">Of each part, whether a row counts; rows that are left out count no more.</param>
    public void Apply(IReadOnlyList<bool[]> counts)
    {
        for (var part = 0; part < FirstPart; part++) Array.Clear(counts[part]);
        if (window.Span() is { } span && Problem.Length == 0) ApplySince(counts, span);
        if (window.Rows is { } rows) ApplyRows(counts, rows);
    }

    private void ApplySince(IReadOnlyList<bool[]> counts, CalendarSpan span)
    {
        var newest = SharedTime.Missing;
        ForEach(counts, (part, row) => newest = Math.Max(newest, parts[part].Times![row]));
        if (newest == SharedTime.Missing) return;
        var first = span.Before(newest);
        ForEach(counts, (part, row) =>
        {
            var time = parts[part].Times![row];
            counts[part][row] = time == SharedTime.Missing || time >= first;
        });
    }

    private void ApplyRows(IReadOnlyList<bool[]> counts, int rows)
    {
        var excess = counts.Sum(c => (long)c.Count(counted => counted)) - rows;
        if (excess <= 0) return;
        // Rows of the oldest time that stays: the first of them go, as many as are too many.
        var oldest = SharedTime.Missing;
        var atOldest = excess;
        if (byTime)
        {
            var times = new long[rows + excess];
            var at = 0;
            ForEach(counts, (part, row) => times[at++] = parts[part].Times![row]);
            Array.Sort(times);
            oldest = times[excess];
            atOldest = excess - Array.FindIndex(times, t => t == oldest);
        }

        ForEach(counts, (part, row) =>
        {
            var time = byTime ? parts[part].Times![row] : SharedTime.Missing;
            if (time < oldest || (time == oldest && atOldest-- > 0)) counts[part][row] = false;
        });
    }

    private void ForEach(IReadOnlyList<bool[]> counts, Action<int, int> action)
    {
        for (var part = FirstPart; part < parts.Count; part++)
        {
            for (var row = 0; row < counts[part].Length; row++)
            {
                if (counts[part][row]) action(part, row);
            }
        }
    }
}
