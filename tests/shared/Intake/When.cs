using System.Globalization;

namespace Serverless.Tests.Intake;

/// <summary>Sources of moments, given the generator and the row, and ways to write them.</summary>
internal static class When
{
    public static readonly string[] GermanMonths =
    [
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
        "Dezember",
    ];

    public static readonly string[] ShortGermanMonths =
        ["Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"];

    public static readonly string[] FrenchMonths =
    [
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ];

    public static readonly string[] ShortFrenchMonths =
    [
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
    ];

    public static readonly string[] SpanishMonths =
    [
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
        "diciembre",
    ];

    public static DateTime Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Days in no order.</summary>
    public static Func<Random, int, DateTime> Days(int fromYear, int years) =>
        (random, _) => Day(fromYear, 1, 1).AddDays(random.Next(years * 365));

    /// <summary>The days that are written the same by d/M and M/d, or could be.</summary>
    public static Func<Random, int, DateTime> EarlyDays(int fromYear, int years) =>
        (random, _) => Day(fromYear + random.Next(years), 1 + random.Next(12), 1 + random.Next(12));

    /// <summary>Moments in no order, of whole units.</summary>
    public static Func<Random, int, DateTime> Times(int fromYear, int years, TimeSpan unit) => (random, _) =>
        Day(fromYear, 1, 1).AddTicks(random.NextInt64(TimeSpan.FromDays(years * 365).Ticks / unit.Ticks) * unit.Ticks);

    /// <summary>A moment later than the row before, by two thirds to four thirds of the step.</summary>
    public static Func<Random, int, DateTime> Ordered(DateTime start, TimeSpan step, TimeSpan unit) => (random, row) =>
        start.AddTicks(((row * step.Ticks) + random.NextInt64(step.Ticks / 3)) / unit.Ticks * unit.Ticks);

    /// <summary>The newest row first.</summary>
    public static Func<Random, int, DateTime> NewestFirst(DateTime end, TimeSpan step, TimeSpan unit) =>
        (random, row) =>
            end.AddTicks(-((row * step.Ticks) + random.NextInt64(step.Ticks / 3)) / unit.Ticks * unit.Ticks);

    /// <param name="pattern">Custom format of .NET.</param>
    /// <param name="zone">What the text's clock is ahead of UTC.</param>
    public static Func<DateTime, string> As(string pattern, double zone = 0) =>
        moment => moment.AddHours(zone).ToString(pattern, CultureInfo.InvariantCulture);

    /// <summary>As <c>31. Januar 2025</c>, of a day, a separator, a month's name and a year.</summary>
    public static Func<DateTime, string> Named(string day, string[] months, string between = " ") =>
        moment => moment.ToString(day, CultureInfo.InvariantCulture) + between + months[moment.Month - 1]
            + between + moment.ToString("yyyy", CultureInfo.InvariantCulture);

    /// <summary>Days since 1899-12-30, as Excel counts them.</summary>
    public static string Serial(DateTime moment) => moment.ToOADate().ToString("0.####", CultureInfo.InvariantCulture);

    public static string UnixSeconds(DateTime moment) =>
        new DateTimeOffset(moment).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public static string UnixMilliseconds(DateTime moment) =>
        new DateTimeOffset(moment).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
