using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Moments in every spelling that a whole column decides.</summary>
internal static class TimeExports
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SixteenthOfDay = TimeSpan.FromMinutes(90);

    public static IEnumerable<IntakeFile> Files()
    {
        yield return Sales("time/year-month.csv")
            .Month("month", When.Days(2018, 7), When.As("yyyy-MM"))
            .Month("first_order", When.Days(2012, 9), When.As("MM/yyyy"))
            .NumberLabel("revenue", 10, 900, Plain).ToCsv(CsvForm.Plain);

        yield return Sales("time/month-names.csv")
            .Month("Month", When.Days(2018, 7), When.As("MMM yyyy"))
            .Month("Cohort", When.Days(2012, 9), When.As("MMM-yy"))
            .Moment("Signed", When.Days(2018, 7), When.As("MMMM d, yyyy"))
            .ClassLabel("renewed", "no", "yes").ToCsv(CsvForm.Plain);

        yield return Sales("time/digits.csv")
            .Moment("date", When.Days(2020, 5), When.As("yyyyMMdd"))
            .Moment("loaded_at", When.Times(2024, 1, Second), When.As("yyyyMMdd HH:mm:ss"))
            .NumberLabel("revenue", 10, 900, Plain).ToCsv(CsvForm.Plain);

        yield return Sales("time/iso-variants.csv")
            .Moment("a", When.Times(2024, 1, Second), When.As("yyyy-MM-dd HH:mm:ss '+01:00'", 1))
            .Moment("b", When.Times(2024, 1, Second), When.As("yyyy-MM-dd'T'HH:mm:ss'Z'"))
            .Moment("c", When.Times(2024, 1, Minute), When.As("yyyy-MM-dd'T'HH:mm'+0530'", 5.5), "")
            .Moment("d", When.Days(2020, 5), When.As("yyyy/MM/dd"))
            .ClassLabel("late", "no", "yes").ToCsv(CsvForm.Plain);

        yield return Sales("time/zone-names.csv")
            .Moment("sent", When.Times(2024, 1, Second), When.As("yyyy-MM-dd HH:mm:ss 'UTC'"))
            .Moment("read", When.Times(2024, 1, Second), CentralEurope)
            .Moment("answered", When.Times(2024, 1, Second), When.As("yyyy-MM-dd HH:mm:ss 'EST'", -5), "")
            .Moment("closed", When.Times(2024, 1, Second), When.As("yyyy-MM-dd HH:mm:ss 'GMT'"))
            .ClassLabel("solved", "no", "yes").ToCsv(CsvForm.Plain);

        yield return Sales("time/unix-seconds.csv")
            .Moment("ts", When.Ordered(When.Day(2024, 1, 1), TimeSpan.FromHours(2), Second), When.UnixSeconds)
            .NumberLabel("load", 1, 90, Plain).ToCsv(CsvForm.Plain);

        yield return Sales("time/unix-milliseconds.csv")
            .Moment("created_at", When.Times(2024, 1, TimeSpan.FromMilliseconds(1)), When.UnixMilliseconds)
            .Moment("updated_at", When.Times(2025, 1, TimeSpan.FromMilliseconds(1)), When.UnixMilliseconds, "")
            .ClassLabel("fraud", "0", "1").ToCsv(CsvForm.Plain);

        yield return Sales("time/excel-serials.csv")
            .Moment("date", When.Days(2019, 6), When.Serial)
            .Moment("booking date", When.Times(2023, 2, SixteenthOfDay), When.Serial, "")
            .NumberLabel("revenue", 10, 900, Plain).ToCsv(CsvForm.EnglishExcel);

        yield return Calendar("time/parts-apart.csv")
            .NumberLabel("bikes", 1, 900, Whole).ToCsv(CsvForm.Plain);

        yield return Sales("time/newest-first.csv")
            .Moment("created", When.NewestFirst(When.Day(2025, 1, 31), TimeSpan.FromHours(7), Second),
                When.As("dd/MM/yyyy HH:mm:ss"))
            .Moment("updated", When.Times(2025, 1, Second), When.As("dd/MM/yyyy HH:mm:ss"))
            .ClassLabel("reopened", "no", "yes").ToCsv(CsvForm.Plain);

        yield return Sales("time/mail-dates.csv")
            .Moment("Date", When.Times(2024, 1, Second), When.As("ddd, dd MMM yyyy HH:mm:ss '+0100'", 1))
            .Moment("Day", When.Days(2023, 2), When.As("ddd, MMM d, yyyy"))
            .ClassLabel("spam", "ham", "spam").ToCsv(CsvForm.Plain with { Quoting = Quoting.Texts });

        yield return Sales("time/dots-and-dashes.csv")
            .Moment("from", When.Days(2023, 2), When.As("d-MMM-yyyy"))
            .Moment("until", When.Times(2023, 2, Minute), When.As("dd.MM.yyyy, HH:mm"))
            .Moment("paid", When.Days(2023, 2), When.As("dd MMMM yyyy"), "")
            .ClassLabel("cancelled", "no", "yes").ToCsv(CsvForm.Plain);

        yield return Sales("time/a-few-typos.csv")
            .Moment("due", When.Days(2023, 2), When.As("dd/MM/yyyy")).Typos("due", "31/02/2024", "tomorrow")
            .Moment("seen", When.Times(2024, 1, Minute), When.As("M/d/yyyy h:mm tt")).Typos("seen", "asap")
            .ClassLabel("late", "no", "yes").ToCsv(CsvForm.Plain);

        yield return Sales("time/numbers-that-are-no-dates.csv")
            .Number("volume_ml", 10_000_000, 99_999_999, Whole)
            .Number("turnover", 1_000, 2_100_000_000, Whole)
            .Number("steps", 20_000, 60_000, Whole)
            .NumberLabel("calories", 900, 4_000, Whole).ToCsv(CsvForm.Plain);
    }

    private static Export Sales(string name) => new Export(name)
        .Category("store", ["s1", "s2", "s3"])
        .Number("visits", 1, 900, Whole)
        .Number("rate", 0, 1, Plain with { Decimals = 3 });

    /// <summary>Parts of a moment in columns of their own; they may also be put together.</summary>
    private static Export Calendar(string name)
    {
        var start = When.Day(2023, 1, 1);
        return new Export(name)
            .Column("year", IntakeKind.Number, (_, row) => Part(start.AddHours(61 * row).Year)).Optional()
            .Column("month", IntakeKind.Number, (_, row) => Part(start.AddHours(61 * row).Month)).Optional()
            .Column("day", IntakeKind.Number, (_, row) => Part(start.AddHours(61 * row).Day)).Optional()
            .Column("hour", IntakeKind.Number, (_, row) => Part(start.AddHours(61 * row).Hour)).Optional()
            .Number("temperature", -8, 33, Plain)
            .Category("weather", ["sun", "rain", "snow"]);

        static (object? Value, string Text) Part(int part) => ((double)part, part.ToString());
    }

    /// <summary>Winter or summer time by month, roughly as the clocks go.</summary>
    private static string CentralEurope(DateTime moment) => moment.Month is > 3 and < 10
        ? When.As("yyyy-MM-dd HH:mm:ss 'CEST'", 2)(moment)
        : When.As("yyyy-MM-dd HH:mm:ss 'CET'", 1)(moment);
}
