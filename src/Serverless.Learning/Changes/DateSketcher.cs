namespace Serverless.Learning.Changes;

/// <summary>Sketches how a column's moments lie in time and in the file.</summary>
internal static class DateSketcher
{
    /// <param name="ticks">In the file's order.</param>
    /// <param name="sorted">The same, ascending.</param>
    public static DateSketch Of(double[] ticks, double[] sorted)
    {
        // On one day of each month, as monthly figures are, nothing speaks for the other order.
        var isMonthly = ticks.All(t => new DateTime((long)t).Day == new DateTime((long)ticks[0]).Day);
        var swapped = isMonthly ? ticks : Array.ConvertAll(ticks, Swap);
        var swappedSorted = swapped.Order().ToArray();
        return new DateSketch(
            (long)sorted[0], (long)sorted[^1], LargestGap(sorted), Disorder(ticks), Disorder(swapped),
            Span(sorted), Span(swappedSorted));
    }

    /// <summary>Exchanges day and month, where both are months: what a reader of the other order takes.</summary>
    private static double Swap(double ticks)
    {
        var moment = new DateTime((long)ticks);
        return moment.Day > 12
            ? ticks
            : new DateTime(moment.Year, moment.Day, moment.Month).Add(moment.TimeOfDay).Ticks;
    }

    private static double Disorder(double[] ticks)
    {
        if (ticks.Length < 2) return 0;
        var (up, down) = (0, 0);
        for (var i = 1; i < ticks.Length; i++)
        {
            if (ticks[i] > ticks[i - 1]) up++;
            else if (ticks[i] < ticks[i - 1]) down++;
        }

        return (double)Math.Min(up, down) / (ticks.Length - 1);
    }

    private static long LargestGap(double[] sorted)
    {
        var gap = 0.0;
        for (var i = 1; i < sorted.Length; i++) gap = Math.Max(gap, sorted[i] - sorted[i - 1]);
        return (long)gap;
    }

    private static long Span(double[] sorted) =>
        (long)(sorted[(int)(0.95 * (sorted.Length - 1))] - sorted[(int)(0.05 * (sorted.Length - 1))]);
}
