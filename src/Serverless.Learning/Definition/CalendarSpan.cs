using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Serverless.Learning.Definition;

/// <summary>
/// An ISO 8601 duration whose years and months are those of the calendar: <c>P1M</c> before 31 March is the last of
/// February.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly partial record struct CalendarSpan(int Months, TimeSpan Rest)
{
    /// <summary>What messages say is expected.</summary>
    internal const string Expected = "an ISO 8601 duration above zero such as P2Y, P18M, P90D or PT36H";

    private const int MaxMonths = 12 * 10_000;

    /// <returns>Null if the text is no duration, or none above zero.</returns>
    public static CalendarSpan? TryParse(string text)
    {
        var match = Duration().Match(text);
        if (!match.Success) return null;
        var months = (12 * Number("years")) + Number("months");
        var days = (7 * Number("weeks")) + Number("days");
        var seconds = (3600 * Number("hours")) + (60 * Number("minutes")) + Number("seconds");
        if (months > MaxMonths || (86_400 * days) + seconds > TimeSpan.MaxValue.TotalSeconds / 2) return null;
        var span = new CalendarSpan((int)months, TimeSpan.FromDays(days) + TimeSpan.FromSeconds(seconds));
        return span.Months > 0 || span.Rest > TimeSpan.Zero ? span : null;

        double Number(string group) => match.Groups[group] is { Success: true } found
            ? double.Parse(found.ValueSpan, CultureInfo.InvariantCulture)
            : 0;
    }

    /// <param name="ticks">Of UTC.</param>
    /// <returns>The ticks so long before; 0 where that is before year 1.</returns>
    public long Before(long ticks)
    {
        var (from, months) = (new DateTime(ticks, DateTimeKind.Utc), Months);
        if ((12 * (from.Year - 1)) + from.Month - 1 < months) return 0;
        return Math.Max(0, from.AddMonths(-months).Ticks - Rest.Ticks);
    }

    // At least one number, and one behind T.
    [GeneratedRegex(
        @"^P(?=\d|T\d)((?<years>\d{1,7})Y)?((?<months>\d{1,7})M)?((?<weeks>\d{1,7})W)?((?<days>\d{1,7})D)?"
            + @"(T(?=\d)((?<hours>\d{1,9})H)?((?<minutes>\d{1,9})M)?((?<seconds>\d{1,9}(\.\d{1,7})?)S)?)?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Duration();
}
