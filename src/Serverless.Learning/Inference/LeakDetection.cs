using Serverless.Csv.Values;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Inference;

/// <summary>
/// Finds columns that give the label away: addends of it, copies of it on another scale, other spellings of it. A model
/// that learns from them looks perfect and has learned nothing.
/// </summary>
internal static class LeakDetection
{
    /// <summary>With fewer rows a perfect fit may be chance.</summary>
    public const int MinRows = 100;

    private const int RowsPerColumn = 5;
    private const int MaxFitRows = 5_000;
    private const int MaxFitColumns = 500;
    private const double Exact = 1 - 1e-9;
    private const double NoWeight = 1e-6;

    /// <summary>
    /// A column of fewer different numbers, or of far fewer than the label has, may be what the label depends on, as a
    /// price on hours, and is no copy of it.
    /// </summary>
    private const int MinLevels = 10;
    private const double MinLevelShare = 0.5;

    /// <summary>Numeric columns that determine a numeric label exactly, each with a human-readable reason.</summary>
    /// <param name="columns">Indices of numeric columns.</param>
    public static Dictionary<int, string> OfNumbers(
        StridedRowSample sample, int label, IReadOnlyList<int> columns, Func<int, string> nameOf)
    {
        var leaks = new Dictionary<int, string>();
        var (values, target) = Numbers(sample, label, columns);
        if (target.Length < MinRows) return leaks;

        var left = columns.Zip(values).Where(c => c.Second is not null).ToList();
        foreach (var (column, numbers) in left)
        {
            if (LeastSquares.Fit([numbers!], target, out var explained) is null || explained <= Exact) continue;
            leaks[column] = $"gives the label away: {nameOf(label)} follows from it exactly";
        }

        // Each round finds one set of addends; another may remain, such as the same in another unit.
        while (true)
        {
            left.RemoveAll(c => leaks.ContainsKey(c.First));
            if (left.Count is 0 or > MaxFitColumns || target.Length < RowsPerColumn * left.Count) return leaks;
            var weights = LeastSquares.Fit([.. left.Select(c => c.Second!)], target, out var explained);
            if (weights is null || explained <= Exact) return leaks;
            var parts = left.Where((_, i) => Math.Abs(weights[i]) > NoWeight).Select(c => c.First).ToList();
            if (parts.Count == 0) return leaks;
            var sum = string.Join(", ", parts.Select(nameOf));
            foreach (var part in parts)
            {
                leaks[part] = $"gives the label away: {nameOf(label)} follows exactly from {sum}";
            }
        }
    }

    /// <summary>
    /// Numeric columns that rise or fall with a numeric label in every row, as its logarithm or rank does.
    /// </summary>
    /// <param name="columns">Indices of numeric columns.</param>
    public static IReadOnlyList<int> OfOrder(StridedRowSample sample, int label, IReadOnlyList<int> columns)
    {
        var (values, target) = Numbers(sample, label, columns);
        return target.Length < MinRows
            ? []
            : [.. columns.Zip(values).Where(c => c.Second is not null && IsMonotone(c.Second, target))
                .Select(c => c.First)];
    }

    /// <summary>Whether the column's values and the label's classes correspond one to one.</summary>
    public static bool IsClassLabel(StridedRowSample sample, int label, int column)
    {
        if (sample.Count < MinRows) return false;
        var classOf = new Dictionary<ulong, ulong>();
        var valueOf = new Dictionary<ulong, ulong>();
        for (var row = 0; row < sample.Count; row++)
        {
            if (MissingText.Is(sample.Field(row, label))) continue;
            var value = FieldHash.Of(sample.Field(row, column));
            var labelHash = FieldHash.Of(sample.Field(row, label));
            if (!classOf.TryAdd(value, labelHash) && classOf[value] != labelHash) return false;
            if (!valueOf.TryAdd(labelHash, value) && valueOf[labelHash] != value) return false;
        }

        return valueOf.Count > 1;
    }

    /// <summary>
    /// Whether a column has values in all rows of one of two classes and in no row of the other, as a reason for
    /// leaving has.
    /// </summary>
    public static bool IsOfOneClass(StridedRowSample sample, int label, int column)
    {
        var (with, without) = (new HashSet<ulong>(), new HashSet<ulong>());
        for (var row = 0; row < sample.Count; row++)
        {
            if (MissingText.Is(sample.Field(row, label))) continue;
            (MissingText.Is(sample.Field(row, column)) ? without : with).Add(FieldHash.Of(sample.Field(row, label)));
        }

        return sample.Count >= MinRows && with.Count == 1 && without.Count == 1 && !with.Overlaps(without);
    }

    /// <summary>
    /// Columns of two values that together say which class a row has: all but one class at least has a column of its
    /// own, with one value in all of its rows and the other in no other row.
    /// </summary>
    /// <param name="columns">Indices of columns.</param>
    /// <param name="classes">Number of classes, at least three.</param>
    public static IReadOnlyList<int> OfIndicators(
        StridedRowSample sample, int label, IReadOnlyList<int> columns, int classes)
    {
        if (sample.Count < MinRows || classes < 3) return [];
        var classOf = new Dictionary<int, ulong>();
        foreach (var column in columns)
        {
            if (IndicatedClass(sample, label, column) is { } indicated) classOf[column] = indicated;
        }

        return classOf.Values.Distinct().Count() >= classes - 1 ? [.. classOf.Keys] : [];
    }

    /// <returns>Hash of the class whose rows, and no others, have one of the column's two values.</returns>
    private static ulong? IndicatedClass(StridedRowSample sample, int label, int column)
    {
        var classesOf = new Dictionary<ulong, HashSet<ulong>>();
        for (var row = 0; row < sample.Count; row++)
        {
            var cell = sample.Field(row, label);
            if (MissingText.Is(cell)) continue;
            var value = FieldHash.Of(sample.Field(row, column));
            if (!classesOf.TryGetValue(value, out var classes)) classesOf[value] = classes = [];
            if (classesOf.Count > 2) return null;
            classes.Add(FieldHash.Of(cell));
        }

        var single = classesOf.Values.FirstOrDefault(c => c.Count == 1)?.Single();
        return classesOf.Count == 2 && single is { } one && classesOf.Values.Count(c => c.Contains(one)) == 1
            ? one
            : null;
    }

    /// <summary>Whether the numbers never fall as the target rises, or never rise.</summary>
    private static bool IsMonotone(double[] numbers, double[] target)
    {
        var levels = numbers.Distinct().Count();
        if (levels < MinLevels || levels < MinLevelShare * target.Distinct().Count()) return false;
        var (keys, order) = ((double[])target.Clone(), Enumerable.Range(0, target.Length).ToArray());
        Array.Sort(keys, order);
        return Rises(1) || Rises(-1);

        bool Rises(int sign)
        {
            // Numbers of rows with the same label may be in any order.
            var (highest, before) = (double.NegativeInfinity, double.NegativeInfinity);
            for (var i = 0; i < order.Length; i++)
            {
                if (i > 0 && keys[i] != keys[i - 1]) before = highest;
                var value = sign * numbers[order[i]];
                if (value < before) return false;
                highest = Math.Max(highest, value);
            }

            return true;
        }
    }

    /// <summary>
    /// Values of rows spread over the sample that have a numeric label. Null for a column with a non-number in any of
    /// them.
    /// </summary>
    private static (double[]?[] Columns, double[] Target) Numbers(
        StridedRowSample sample, int label, IReadOnlyList<int> columns)
    {
        var step = Math.Max(1, sample.Count / MaxFitRows);
        var rows = new List<int>();
        var target = new List<double>();
        for (var row = 0; row < sample.Count; row += step)
        {
            if (!Utf8NumberParser.TryParse(sample.Field(row, label), out var y) || double.IsInfinity(y)) continue;
            rows.Add(row);
            target.Add(y);
        }

        return ([.. columns.Select(c => Column(sample, c, rows))], [.. target]);
    }

    private static double[]? Column(StridedRowSample sample, int column, List<int> rows)
    {
        var values = new double[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (!Utf8NumberParser.TryParse(sample.Field(rows[i], column), out values[i])) return null;
            if (double.IsInfinity(values[i])) return null;
        }

        return values;
    }
}
