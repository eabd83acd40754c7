namespace Serverless.Learning.Tables;

/// <summary>Works out in which order rows come.</summary>
public static class RowTimes
{
    /// <param name="columns">
    /// One of timestamps or numbers such as years; or several of numbers: year, month, day, hour, minute. None if the
    /// rows have no order.
    /// </param>
    /// <returns>
    /// A sort key for each row, <see cref="TimestampColumn.Missing"/> without a time, and whether keys are ticks of
    /// UTC; null without columns.
    /// </returns>
    /// <exception cref="ArgumentException">A column is of another type.</exception>
    public static (long[]? Keys, bool AreTicks) Of(IReadOnlyList<Column> columns) => columns switch
    {
        [] => (null, false),
        [TimestampColumn moments] => (moments.Ticks, true),
        [NumericColumn numbers] => (Array.ConvertAll(numbers.Values, ToKey), false),
        [_] => throw new ArgumentException(
            $"Expected timestamps or numbers in the time column '{columns[0].Name}', found {columns[0].Type}.",
            nameof(columns)),
        _ => (Together([.. columns.Select(c => ((NumericColumn)c).Values)]), true),
    };

    /// <param name="parts">Year, month, day, hour, minute; the last ones may be absent.</param>
    /// <returns>Ticks of UTC; <see cref="TimestampColumn.Missing"/> if there is no such moment.</returns>
    public static long ToTicks(ReadOnlySpan<int> parts)
    {
        int Part(ReadOnlySpan<int> all, int i, int none) => i < all.Length ? all[i] : none;
        var (year, month, day) = (parts[0], Part(parts, 1, 1), Part(parts, 2, 1));
        var (hour, minute) = (Part(parts, 3, 0), Part(parts, 4, 0));
        var exists = year is >= 1 and <= 9999 && month is >= 1 and <= 12
            && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            && hour is >= 0 and <= 23 && minute is >= 0 and <= 59;
        return exists
            ? new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc).Ticks
            : TimestampColumn.Missing;
    }

    // A double's bits as an integer have the order of the values, once those of negative values are inverted.
    private static long ToKey(float value) =>
        float.IsNaN(value) ? TimestampColumn.Missing
        : BitConverter.DoubleToInt64Bits(value) is var bits && bits >= 0 ? bits : long.MinValue - bits;

    private static long[] Together(float[][] columns)
    {
        var keys = new long[columns[0].Length];
        Span<int> parts = stackalloc int[columns.Length];
        for (var row = 0; row < keys.Length; row++)
        {
            for (var i = 0; i < parts.Length; i++) parts[i] = (int)columns[i][row];
            keys[row] = ToTicks(parts);
        }

        return keys;
    }
}
