using Serverless.Learning.Definition;

namespace Serverless.Learning.History;

/// <summary>
/// Decides which rows of all parts of a model count. Increments add up; extracts that grow repeat earlier rows, which
/// count once; with a key the newest row of each counts. Depends only on the parts and the settings.
/// </summary>
public static class RowHistory
{
    /// <param name="parts">Oldest first.</param>
    /// <exception cref="ArgumentException">A part has no keys although <c>data.key</c> is given.</exception>
    /// <exception cref="OverflowException">There are more than 2,147,483,647 rows.</exception>
    public static HistoryResult Of(IReadOnlyList<PartRows> parts, DataSettings settings)
    {
        var byTime = settings.Order != DataOrder.Name && parts.All(p => p.Times is not null);
        var window = new HistoryWindow(parts, settings.Window, byTime);
        // Parts outside of the window are as if they were not there: a row that only they count must not be missed.
        var inside = parts.Skip(window.FirstPart).ToList();
        var decisions = settings.Key is null ? Decide(inside, settings.Mode) : ByKey(inside, byTime);
        var counts = parts.Take(window.FirstPart).Select(p => new bool[p.Rows.Length])
            .Concat(decisions.Select(d => Array.ConvertAll(d.Repeated, repeated => !repeated))).ToList();
        window.Apply(counts);
        List<PartHistory> results =
        [
            .. parts.Select((part, i) => ToResult(
                part, counts[i], i < window.FirstPart ? null : decisions[i - window.FirstPart])),
        ];
        var mode = settings.Key is not null ? DataMode.Upsert
            : settings.Mode ?? (results.Exists(p => p.Mode == DataMode.Extract) ? DataMode.Extract : DataMode.Append);
        return new HistoryResult(
            results, mode, results.TrueForAll(p => p.IsSure), HistoryText.Of(results, settings) + window.Problem);
    }

    private static List<RepeatDecision> Decide(List<PartRows> parts, DataMode? mode)
    {
        if (mode == DataMode.Append) return parts.ConvertAll(p => RepeatDecision.Append(p.Rows.Length));
        var inference = new HistoryInference(parts, new RowGroups(parts.ConvertAll(p => p.Rows)));
        return parts.ConvertAll(_ => inference.Next(mode));
    }

    private static List<RepeatDecision> ByKey(List<PartRows> parts, bool byTime) =>
        NewestOfKey.FindOlder(parts, byTime)
            .ConvertAll(older => new RepeatDecision(older, DataMode.Upsert, IsSure: true, Changed: 0, Why: ""));

    /// <param name="decision">Null for a part outside of the window.</param>
    private static PartHistory ToResult(PartRows part, bool[] counts, RepeatDecision? decision)
    {
        var counted = counts.Count(c => c);
        var elsewhere = decision?.Repeated.Count(r => r) ?? 0;
        return new PartHistory
        {
            Name = part.Name,
            Rows = counted == counts.Length ? null : [.. Enumerable.Range(0, counts.Length).Where(i => counts[i])],
            Counted = counted,
            Elsewhere = elsewhere,
            OutsideWindow = counts.Length - counted - elsewhere,
            Mode = decision?.Mode ?? DataMode.Append,
            IsSure = decision?.IsSure ?? true,
            Changed = decision?.Changed ?? 0,
            Why = decision?.Why ?? "",
        };
    }
}
