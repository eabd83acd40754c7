using Serverless.Csv.Values;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Inference;

/// <summary>
/// Finds columns each of whose values owns an interval of a numeric label, with no overlap: thresholds of the label,
/// bands of it, rounded copies.
/// </summary>
/// <param name="label">Index of the label's column.</param>
internal sealed class LabelBands(StridedRowSample sample, int label)
{
    private const int MaxRows = 5_000;

    /// <summary>Of the label's different values being so ordered by chance, for one column.</summary>
    private static readonly double _maxChance = DeterministicMath.Log(1e-6);

    /// <summary>Rows with a number as label, ascending by it.</summary>
    private readonly (double Label, int Row)[] _rows = Sort(sample, label);

    public enum Verdict
    {
        /// <summary>
        /// The ranges overlap, may be apart by chance, or are a single number each, which follows from the column.
        /// </summary>
        None,

        /// <summary>
        /// The ranges touch: cutting the label into pieces gives the column. So could nature, of a label with pieces
        /// that follow on one another without a gap, but as good a column is rarely known beforehand.
        /// </summary>
        FollowsFromLabel,

        /// <summary>
        /// The ranges are further apart than the label's values within them: the label may follow from the column, as a
        /// price does from a tariff, but for a little noise. Which of the two it is the data cannot tell.
        /// </summary>
        MayExplainLabel,
    }

    /// <param name="column">Index of a column of the sample.</param>
    public Verdict Judge(int column)
    {
        if (_rows.Length < LeakDetection.MinRows) return Verdict.None;
        var seen = new HashSet<ulong>();
        var (value, between, sizes) = (0UL, new List<double>(), new List<int>());
        var within = 0.0;
        for (var i = 0; i < _rows.Length; i++)
        {
            var found = Key(sample.Field(_rows[i].Row, column));
            var step = i == 0 ? 0 : _rows[i].Label - _rows[i - 1].Label;
            if (i > 0 && found == value)
            {
                within = Math.Max(within, step);
                if (step > 0) sizes[^1]++;
                continue;
            }

            // Equal labels with different values, or a value that had a range already. Most columns end here.
            if ((i > 0 && step == 0) || !seen.Add(found)) return Verdict.None;
            if (i > 0) between.Add(step);
            sizes.Add(1);
            value = found;
        }

        if (sizes.Count < 2 || !IsBeyondChance(sizes)) return Verdict.None;
        between.Sort();
        return between[between.Count / 2] <= within ? Verdict.FollowsFromLabel : Verdict.MayExplainLabel;
    }

    /// <summary>
    /// Whether of all orders of the label's different values hardly one keeps those of each of the column's values
    /// together. Rows with equal labels count once, since they may be one row repeated.
    /// </summary>
    /// <param name="sizes">Number of different labels, by value of the column.</param>
    private static bool IsBeyondChance(List<int> sizes)
    {
        var chance = LogFactorial(sizes.Count) - LogFactorial(sizes.Sum()) + sizes.Sum(LogFactorial);
        return chance < _maxChance;
    }

    private static double LogFactorial(int n)
    {
        var sum = 0.0;
        for (var i = 2; i <= n; i++) sum += DeterministicMath.Log(i);
        return sum;
    }

    /// <summary>Numbers in any notation are one value, and so are all missing ones.</summary>
    private static ulong Key(ReadOnlySpan<byte> cell)
    {
        if (MissingText.Is(cell)) return 0;
        return Utf8NumberParser.TryParse(cell, out var number)
            ? BitConverter.DoubleToUInt64Bits(number + 0.0)
            : FieldHash.Of(cell);
    }

    private static (double Label, int Row)[] Sort(StridedRowSample sample, int label)
    {
        var step = Math.Max(1, sample.Count / MaxRows);
        var rows = new List<(double Label, int Row)>();
        for (var row = 0; row < sample.Count; row += step)
        {
            if (!Utf8NumberParser.TryParse(sample.Field(row, label), out var y) || double.IsInfinity(y)) continue;
            rows.Add((y, row));
        }

        rows.Sort();
        return [.. rows];
    }
}
