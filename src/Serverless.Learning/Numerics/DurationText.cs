namespace Serverless.Learning.Numerics;

/// <summary>Formats durations for messages: <c>day</c>, <c>36 hours</c>, <c>7 days</c>.</summary>
public static class DurationText
{
    public static string Of(TimeSpan time)
    {
        var (count, unit) = time.TotalDays >= 2 || time == TimeSpan.FromDays(1)
            ? (time.TotalDays, "day")
            : time.TotalHours >= 2 || time == TimeSpan.FromHours(1)
                ? (time.TotalHours, "hour")
                : (time.TotalMinutes, "minute");
        return count == 1 ? unit : $"{count:0.#} {unit}s";
    }
}
