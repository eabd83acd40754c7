using Serverless.Learning.Tables;

namespace Serverless.Learning.Onnx;

/// <summary>
/// <see cref="CalendarParts"/> as arithmetic, since ONNX has no calendar. Years start in March, so that the leap day is
/// the last of a year and months follow a regular pattern (Richards, 'Calendars', in the Explanatory Supplement to the
/// Astronomical Almanac, 2013).
/// </summary>
internal static class OnnxCalendar
{
    private const double SecondsPerDay = 86_400;
    private const double DaysFromYear0ToUnix = 719_468;
    private const double DaysPer400Years = 146_097;

    /// <param name="seconds">Seconds since 1970 UTC, fractional, as doubles; NaN for missing.</param>
    /// <returns>
    /// In the order of <see cref="CalendarParts.Names"/>, each shaped like the seconds; NaN for missing.
    /// </returns>
    public static OnnxValue[] Parts(OnnxValue seconds)
    {
        var days = (seconds / SecondsPerDay).Floor();
        var hour = (seconds - (days * SecondsPerDay)) / 3600;
        var weekday = Modulo(days + 4, 7);

        var day = Modulo(days + DaysFromYear0ToUnix, DaysPer400Years);
        var leapDays = (day / 1460).Floor() - (day / 36_524).Floor() + (day / 146_096).Floor();
        var year = ((day - leapDays) / 365).Floor();
        var sinceMarch = day - ((year * 365) + (year / 4).Floor() - (year / 100).Floor());
        var month = (((sinceMarch * 5) + 2) / 153).Floor();

        // Months 10 and 11 since March are January and February of the next year.
        var isNextYear = (month / 10).Floor();
        var isLeap = IsMultiple(year, 4) - IsMultiple(year, 100) + IsMultiple(year, 400);
        var dayOfYear = sinceMarch + 60 + isLeap - (isNextYear * (isLeap + 365));
        return [month + 3 - (isNextYear * 12), dayOfYear, weekday, hour];
    }

    private static OnnxValue Modulo(OnnxValue value, double by) => value - ((value / by).Floor() * by);

    /// <summary>1 or 0.</summary>
    private static OnnxValue IsMultiple(OnnxValue value, double of) =>
        (value / of).Floor() - ((value - 1) / of).Floor();
}
