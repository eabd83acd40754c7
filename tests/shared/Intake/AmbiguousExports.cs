using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Columns that can be read in two ways: either is right, and it must be said.</summary>
internal static class AmbiguousExports
{
    private static readonly NumberForm Thousands = English with { Decimals = 0 };

    public static IEnumerable<IntakeFile> Files()
    {
        yield return Base("ambiguous/day-or-month.csv")
            .Moment("visited", When.EarlyDays(2023, 2), When.As("dd/MM/yyyy")).But(Swapped)
            .ClassLabel("returned", "no", "yes").ToCsv(CsvForm.Plain);

        yield return Base("ambiguous/day-or-month-with-time.csv")
            .Moment("visited", When.EarlyDays(2023, 2), When.As("d/M/yyyy HH:mm")).But(Swapped)
            .NumberLabel("spent", 1, 90, Plain).ToCsv(CsvForm.Plain);

        yield return Base("ambiguous/comma-of-thousands-or-decimals.csv")
            .Number("steps", 1_000, 99_999, Thousands)
            .But(Thousandth)
            .ClassLabel("fit", "no", "yes").ToCsv(CsvForm.Plain);

        yield return Base("ambiguous/point-of-thousands-or-decimals.csv")
            .Number("Schritte", 1_000, 99_999, Thousands with { Group = "." })
            .But(Thousandth)
            .ClassLabel("fit", "nein", "ja").ToCsv(CsvForm.Plain with { Delimiter = ";" });
    }

    private static Export Base(string name) => new Export(name)
        .Category("group", ["g1", "g2", "g3"])
        .Number("age", 18, 90, Whole)
        .Number("level", 1, 900, Whole);

    private static IntakeColumn Thousandth(IntakeColumn column) => column with
    {
        Ambiguous = true,
        OtherValues = [.. column.Values.Cast<double>().Select(v => (object?)(v / 1000))],
    };

    private static IntakeColumn Swapped(IntakeColumn column) => column with
    {
        Ambiguous = true,
        OtherValues =
            [.. column.Values.Cast<DateTime>().Select(d => (object?)When.Day(d.Year, d.Day, d.Month).Add(d.TimeOfDay))],
    };
}
