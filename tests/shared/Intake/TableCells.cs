using Serverless.Learning.Tables;

namespace Serverless.Tests.Intake;

/// <summary>Compares a column of the table with the truth, row by row.</summary>
internal static class TableCells
{
    /// <summary>Rounding to a float, and of a percentage to its hundredth.</summary>
    private const double FloatTolerance = 1.3e-7;

    /// <summary>
    /// The file's rows that are in the table: all good ones, and of those with a typo as many as their number leaves
    /// room for, the ones with which most columns are right. Null where the number fits neither.
    /// </summary>
    public static int[]? Rows(IntakeFile file, Table table)
    {
        int[] typos = [.. Places(file, RowState.BadCell)];
        int[] good = [.. Places(file, RowState.Good)];
        return Enumerable.Range(0, 1 << typos.Length)
            .Where(kept => good.Length + int.PopCount(kept) == table.RowCount)
            .Select(kept => good.Concat(typos.Where((_, i) => (kept & (1 << i)) != 0)).Order().ToArray())
            .MaxBy(rows => file.Columns.Count(
                c => table.Find(c.Name) is { } found && Difference(c, rows, found) is null));
    }

    /// <returns>Null where all rows are right, otherwise the first difference.</returns>
    public static string? Difference(IntakeColumn truth, int[] rows, Column found)
    {
        var first = Difference(truth, truth.Values, rows, found);
        return first is null || truth.OtherValues is null
            ? first
            : Difference(truth, truth.OtherValues, rows, found) is null ? null : first;
    }

    private static IEnumerable<int> Places(IntakeFile file, RowState state) =>
        Enumerable.Range(0, file.Rows.Count).Where(row => file.Rows[row] == state);

    private static string? Difference(
        IntakeColumn truth, IReadOnlyList<object?> values, int[] rows, Column found)
    {
        // Names of classes are free, and so is what a flag's two categories are called.
        var isByCode = found is CategoricalColumn
            && (truth.Role == IntakeRole.Label || truth.Kind != IntakeKind.Category);
        var (codes, names) = (new Dictionary<object, object>(), new Dictionary<object, object>());
        for (var i = 0; i < rows.Length; i++)
        {
            var (expected, actual) = (values[rows[i]], Cell(found, i));
            var isEqual = expected is null || actual is null
                ? expected is null && actual is null
                : isByCode
                    ? (codes.TryAdd(expected, actual) || codes[expected].Equals(actual))
                        && (names.TryAdd(actual, expected) || names[actual].Equals(expected))
                    : IsEqual(expected, actual, truth.Exact);
            if (!isEqual) return $"row {rows[i] + 1}: expected {Text(expected)}, found {Text(actual)}";
        }

        return null;
    }

    private static bool IsEqual(object expected, object found, bool isExact) => (expected, found) switch
    {
        (DateTime moment, long ticks) => moment.Ticks == ticks,
        (string text, string other) => text.Trim() == other.Trim(),
        (_, double number) when Number(expected) is { } truth =>
            Math.Abs(truth - number) <= (isExact ? 0 : FloatTolerance * Math.Abs(truth)),
        _ => false,
    };

    private static double? Number(object expected) => expected switch
    {
        double number => number,
        bool flag => flag ? 1 : 0,
        string text when double.TryParse(text, out var number) => number,
        _ => null,
    };

    /// <summary>double, ticks, or text; null where missing.</summary>
    private static object? Cell(Column column, int row) => column switch
    {
        NumericColumn numbers => double.IsNaN(numbers.Values[row]) ? null : (double)numbers.Values[row],
        TimestampColumn moments => moments.Ticks[row] == TimestampColumn.Missing ? null : moments.Ticks[row],
        CategoricalColumn texts => texts.Codes[row] < 0 ? null : texts.Values[texts.Codes[row]],
        _ => throw new InvalidOperationException($"Unknown column {column.GetType().Name}."),
    };

    private static string Text(object? value) => value switch
    {
        null => "nothing",
        DateTime moment => $"{moment:O}",
        long ticks => $"{new DateTime(ticks, DateTimeKind.Utc):O}",
        _ => $"'{value}'",
    };
}
