using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Changes;

/// <summary>Measures how a file's label depends on its columns.</summary>
internal sealed class LabelLinks
{
    private const int MaxClasses = 5;
    private const int MaxColumns = 20;
    private const int MaxBins = 8;
    private const int MaxValues = 20;
    private const int Parts = 5;

    private readonly StridedRowSample _sample;
    private readonly DatasetSchema _schema;
    private readonly SampleColumn _label;

    public LabelLinks(StridedRowSample sample, DatasetSchema schema, int label)
    {
        (_sample, _schema) = (sample, schema);
        _label = SampleColumn.Read(sample, label, schema.Columns[label].Type);
        ColumnSketcher.UnifyClasses(_label.Texts);
    }

    private bool IsRegression => _label.Texts.Length == 0;

    /// <summary>Over bins of this file, for the columns that explain most.</summary>
    public LabelLink? Measure(int maxSketched, int threads)
    {
        var classes = IsRegression
            ? []
            : _label.Texts.OfType<string>().GroupBy(t => t, StringComparer.Ordinal)
                .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
                .Take(MaxClasses).Select(g => g.Key).ToList();
        var (targets, empty) = Targets(classes);
        if (empty.Rows == 0) return null;
        var links = new ColumnLink?[Math.Min(maxSketched, _schema.Columns.Count)];
        OrderedParallel.For(threads, links.Length, i =>
        {
            var column = _schema.Columns[i];
            if (column.Role is ColumnRole.Label or ColumnRole.Id || column.Type == ColumnType.Timestamp) return;
            var values = SampleColumn.Read(_sample, i, column.Type);
            var (edges, texts) = Bins(values);
            links[i] = Count(column.Name, values, (edges, texts), targets, ..);
        });
        var most = links.OfType<ColumnLink>().Select(l => (Link: l, Explained: l.Explained(empty)))
            .Where(l => l.Explained > 0).OrderByDescending(l => l.Explained).Take(MaxColumns);
        return empty with { Columns = [.. most.Select(l => l.Link)] };
    }

    /// <summary>
    /// Over the bins of another file, for those of its columns that this one has too, in each fifth of the rows: what
    /// changes slowly, as a level does, says little within one.
    /// </summary>
    public IReadOnlyList<LabelLink> Measure(LabelLink other)
    {
        if (IsRegression != (other.Classes.Count == 0)) return [];
        var (targets, empty) = Targets(other.Classes);
        if (empty.Rows == 0) return [];
        var columns = new List<(ColumnLink Theirs, SampleColumn Ours)>();
        foreach (var theirs in other.Columns)
        {
            var i = _schema.Columns.ToList().FindIndex(c => c.Name == theirs.Name);
            var isText = theirs.Edges.Count == 0;
            if (i < 0 || isText != (_schema.Columns[i].Type is ColumnType.Categorical or ColumnType.Boolean)) continue;
            columns.Add((theirs, SampleColumn.Read(_sample, i, _schema.Columns[i].Type)));
        }

        var rows = _label.Numbers.Length;
        var parts = new LabelLink[Parts];
        for (var p = 0; p < Parts; p++)
        {
            var range = (p * rows / Parts)..((p + 1) * rows / Parts);
            parts[p] = Link(other.Classes, targets, range) with
            {
                Columns = [.. columns.Select(c =>
                    Count(c.Theirs.Name, c.Ours, (c.Theirs.Edges, c.Theirs.Values), targets, range))],
            };
        }

        return parts;
    }

    /// <summary>What is averaged: an indicator per class, or the rank among the labels; NaN without a label.</summary>
    private (double[][] Targets, LabelLink Link) Targets(IReadOnlyList<string> classes)
    {
        double[][] targets = IsRegression
            ? [Ranks(_label.Numbers)]
            : [.. classes.Select(c => Array.ConvertAll(_label.Texts, t => t is null ? double.NaN : t == c ? 1.0 : 0))];
        return (targets, Link(classes, targets, ..));
    }

    private static LabelLink Link(IReadOnlyList<string> classes, double[][] targets, Range range)
    {
        var known = targets.Select(t => Array.FindAll(t[range], v => !double.IsNaN(v))).ToList();
        double[] means = [.. known.Select(t => t.DefaultIfEmpty().Average())];
        double[] variances =
            [.. known.Select((t, i) => t.Select(v => (v - means[i]) * (v - means[i])).DefaultIfEmpty().Average())];
        return new LabelLink(classes, known.Count == 0 ? 0 : known[0].Length, means, variances, []);
    }

    /// <summary>Ranks between 0 and 1, the middle one for ties: they do not depend on the label's unit.</summary>
    private static double[] Ranks(double[] values)
    {
        var ranks = new double[values.Length];
        Array.Fill(ranks, double.NaN);
        int[] order = [.. Enumerable.Range(0, values.Length).Where(i => !double.IsNaN(values[i]))
            .OrderBy(i => values[i])];
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && values[order[to]].Equals(values[order[from]])) to++;
            for (var k = from; k < to; k++) ranks[order[k]] = (from + to) / 2.0 / order.Length;
            from = to;
        }

        return ranks;
    }

    private static (double[] Edges, string[] Texts) Bins(SampleColumn column)
    {
        if (column.Texts.Length > 0)
        {
            var texts = column.Texts.OfType<string>().GroupBy(t => t, StringComparer.Ordinal)
                .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal);
            return ([], [.. texts.Take(MaxValues).Select(g => g.Key)]);
        }

        var sorted = Array.FindAll(column.Numbers, v => !double.IsNaN(v));
        if (sorted.Length == 0) return ([0], []);
        Array.Sort(sorted);
        var edges = Enumerable.Range(1, MaxBins - 1).Select(i => sorted[i * sorted.Length / MaxBins]);
        return ([.. edges.Distinct(), double.MaxValue], []);
    }

    private static ColumnLink Count(
        string name,
        SampleColumn column,
        (IReadOnlyList<double> Edges, IReadOnlyList<string> Texts) by,
        double[][] targets,
        Range range)
    {
        var (edges, texts) = by;
        var bins = Math.Max(edges.Count, texts.Count);
        var (counts, sums) = (new int[bins], new double[bins * targets.Length]);
        var byText = texts.Index().ToDictionary(t => t.Item, t => t.Index, StringComparer.Ordinal);
        double[] upTo = [.. edges];
        var (from, length) = range.GetOffsetAndLength(column.Numbers.Length);
        for (var row = from; row < from + length; row++)
        {
            if (double.IsNaN(targets[0][row])) continue;
            var bin = column.Texts.Length > 0
                ? column.Texts[row] is { } text ? byText.GetValueOrDefault(text, -1) : -1
                : double.IsNaN(column.Numbers[row]) ? -1 : BinOf(upTo, column.Numbers[row]);
            if (bin < 0) continue;
            counts[bin]++;
            for (var t = 0; t < targets.Length; t++) sums[(bin * targets.Length) + t] += targets[t][row];
        }

        for (var i = 0; i < sums.Length; i++) sums[i] /= Math.Max(1, counts[i / targets.Length]);
        return new ColumnLink(name, edges, texts, counts, sums);
    }

    private static int BinOf(double[] edges, double value)
    {
        var at = Array.BinarySearch(edges, value);
        return Math.Min(at < 0 ? ~at : at, edges.Length - 1);
    }
}
