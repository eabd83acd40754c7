using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>Sketches one column.</summary>
internal static class ColumnSketcher
{
    private const int Quantiles = 64;
    private const int MaxValues = 100;

    public static ColumnSketch Of(StridedRowSample sample, int index, ColumnSchema schema)
    {
        var column = SampleColumn.Read(sample, index, schema.Type);
        // Classes in another spelling are the same classes.
        if (schema.Role == ColumnRole.Label && column.Texts.Length > 0) UnifyClasses(column.Texts);
        var numbers = Array.FindAll(column.Numbers, v => !double.IsNaN(v));
        var isTime = schema.Type == ColumnType.Timestamp;
        var counted = isTime ? [.. numbers] : Array.FindAll(numbers, v => v != 0);
        Array.Sort(counted);
        var isNumber = schema.Type == ColumnType.Numeric;
        var (drift, trends) = isNumber ? NumberDrift.Of(numbers) : (0, false);
        var values = column.Texts.OfType<string>().GroupBy(t => t, StringComparer.Ordinal)
            .Select(g => new ValueCount(g.Key, g.Count()))
            .OrderByDescending(v => v.Count).ThenBy(v => v.Value, StringComparer.Ordinal).ToList();
        return new ColumnSketch
        {
            Name = schema.Name,
            Type = schema.Type,
            Rows = column.Numbers.Length,
            Missing = column.Missing,
            Unfit = column.Unfit,
            Distinct = values.Count > 0 ? values.Count : numbers.Distinct().Count(),
            LongestRun = column.Numbers.Length == 0 ? 0 : (double)LongestRun(column) / column.Numbers.Length,
            Garbled = column.Texts.Count(t => t is not null && GarbledText.Is(t)),
            Zeros = isTime ? 0 : numbers.Length - counted.Length,
            Quantiles = QuantilesOf(counted),
            Decimals = isNumber ? DecimalsOf(counted) : 0,
            Drift = drift,
            Trends = trends,
            Values = [.. values.Take(MaxValues)],
            Dates = isTime && numbers.Length > 0 ? DateSketcher.Of(numbers, counted) : null,
        };
    }

    private static double[] QuantilesOf(double[] sorted) => sorted.Length <= Quantiles
        ? sorted
        : [.. Enumerable.Range(0, Quantiles).Select(i => sorted[(int)((i + 0.5) * sorted.Length / Quantiles)])];

    private static int DecimalsOf(double[] numbers)
    {
        if (numbers.Length == 0) return 0;
        var decimals = Array.ConvertAll(numbers, Decimals);
        Array.Sort(decimals);
        return decimals[(int)(0.9 * (decimals.Length - 1))];
    }

    private static int Decimals(double number)
    {
        var (scaled, digits) = (number, 0);
        // Beyond nine digits they are the noise of a calculation.
        while (digits < 9 && Math.Abs(scaled - Math.Round(scaled)) > 1e-9 * Math.Max(1, Math.Abs(scaled)))
        {
            scaled *= 10;
            digits++;
        }

        return digits;
    }

    private static int LongestRun(SampleColumn column)
    {
        var (longest, run) = (1, 1);
        for (var i = 1; i < column.Numbers.Length; i++)
        {
            var isSame = column.Texts.Length > 0
                ? column.Texts[i] == column.Texts[i - 1]
                : column.Numbers[i].Equals(column.Numbers[i - 1]);
            run = isSame ? run + 1 : 1;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    internal static void UnifyClasses(string?[] labels)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] is { } text) labels[i] = ClassNames.Key(ClassNames.Shorten(text));
        }
    }
}
