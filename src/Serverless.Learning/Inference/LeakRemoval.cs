using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Inference;

/// <summary>Leaves out columns that give the label away, except those that model.json names.</summary>
/// <param name="columns">Changed in place.</param>
/// <param name="label">Index of the label.</param>
/// <param name="isNamed">Whether model.json names a column.</param>
internal sealed class LeakRemoval(
    ColumnSchema[] columns, StridedRowSample sample, int label, Func<int, bool> isNamed)
{
    private readonly List<Anomaly> _doubts = [];

    /// <summary>Warnings about columns that were kept, as the label may follow from them.</summary>
    public IReadOnlyList<Anomaly> Doubts => _doubts;

    /// <summary>Of a numeric label.</summary>
    /// <param name="isTimePart">
    /// Whether a column is a year or another part of a date, with which a label may grow.
    /// </param>
    public void OfNumbers(Func<int, bool> isTimePart)
    {
        var numeric = Features().Where(i => columns[i].Type == ColumnType.Numeric).ToList();
        foreach (var (index, reason) in LeakDetection.OfNumbers(sample, label, numeric, i => columns[i].Name))
        {
            if (!isNamed(index)) Ignore(index, reason);
        }

        IgnoreCopies([.. numeric.Where(i => columns[i].Role == ColumnRole.Feature && !isNamed(i))]);
        IgnoreBands(isTimePart);
    }

    /// <summary>Of a label of classes.</summary>
    /// <param name="classes">Their number.</param>
    public void OfClasses(int classes)
    {
        foreach (var index in Features())
        {
            if (isNamed(index)) continue;
            if (LeakDetection.IsClassLabel(sample, label, index))
            {
                Ignore(index, $"gives the label away: it has one value for each of {columns[label].Name}");
            }
            else if (LeakDetection.IsOfOneClass(sample, label, index))
            {
                Ignore(index, $"gives the label away: it has values in rows of one {columns[label].Name} only");
            }
        }

        var indicators = LeakDetection.OfIndicators(
            sample, label, [.. Features().Where(i => !isNamed(i))], classes);
        foreach (var index in indicators)
        {
            Ignore(index, $"gives the label away: together with others it says which {columns[label].Name} a row has");
        }
    }

    /// <summary>
    /// Ignores copies of the label on another scale. One that would leave nothing to learn from may be what the label
    /// depends on, and is kept.
    /// </summary>
    private void IgnoreCopies(IReadOnlyList<int> numeric)
    {
        var copies = LeakDetection.OfOrder(sample, label, numeric);
        var areAll = Features().TrueForAll(copies.Contains);
        foreach (var index in copies)
        {
            var what = $"it rises or falls with {columns[label].Name} in every row";
            if (!areAll) Ignore(index, $"gives the label away: {what}, as its logarithm or rank does");
            else columns[index] = columns[index] with { Reason = $"{columns[index].Reason}; {what}" };
        }
    }

    /// <summary>
    /// Ignores thresholds, bands and rounded copies of the label. Keeps, with a warning, columns that may cause the
    /// label and the last columns left to learn from.
    /// </summary>
    private void IgnoreBands(Func<int, bool> isTimePart)
    {
        var bands = new LabelBands(sample, label);
        var name = columns[label].Name;
        var verdicts = Features()
            .Where(i => !isNamed(i) && columns[i].Type != ColumnType.Timestamp && !isTimePart(i))
            .Select(i => (Index: i, Verdict: bands.Judge(i))).ToList();
        var leaks = verdicts.Where(v => v.Verdict == LabelBands.Verdict.FollowsFromLabel).Select(v => v.Index).ToList();
        var areAll = Features().TrueForAll(leaks.Contains);
        foreach (var (index, verdict) in verdicts.Where(v => v.Verdict != LabelBands.Verdict.None))
        {
            var what = $"each of its values has a range of {name} of its own";
            if (verdict == LabelBands.Verdict.FollowsFromLabel && !areAll)
            {
                Ignore(index, $"gives the label away: {what}, as a threshold, a band or a rounded copy of it has");
                continue;
            }

            columns[index] = columns[index] with { Reason = $"{columns[index].Reason}; {what}" };
            _doubts.Add(new Anomaly(
                AnomalyCodes.LabelBands, AnomalySeverity.Warning, columns[index].Name, Row: null,
                $"a column that does not follow from the label '{name}'",
                $"that {what}; if it is known only with '{name}', set \"ignored\": true for it in features in "
                    + "model.json"));
        }
    }

    private void Ignore(int index, string reason) =>
        columns[index] = columns[index] with { Role = ColumnRole.Ignored, Reason = reason };

    private List<int> Features() =>
        [.. Enumerable.Range(0, columns.Length).Where(i => columns[i].Role == ColumnRole.Feature)];
}
