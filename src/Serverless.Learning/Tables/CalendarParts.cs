namespace Serverless.Learning.Tables;

/// <summary>
/// The cyclic calendar parts that a model sees of a timestamp. The date itself is left out, since trees cannot
/// extrapolate a trend beyond the dates they have seen.
/// </summary>
public static class CalendarParts
{
    public static readonly IReadOnlyList<string> Names = ["month", "day", "weekday", "hour"];

    /// <summary>Month 1–12, day of the year 1–366, weekday 0 (Sunday) to 6, hour with its fraction.</summary>
    /// <param name="parts">Four values, in the order of <see cref="Names"/>.</param>
    public static void Write(long ticks, Span<float> parts)
    {
        var t = new DateTime(ticks, DateTimeKind.Utc);
        parts[0] = t.Month;
        parts[1] = t.DayOfYear;
        parts[2] = (int)t.DayOfWeek;
        parts[3] = (float)t.TimeOfDay.TotalHours;
    }
}
