using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Workbooks of Excel: cells with types, texts in their place, titles, times, errors.</summary>
internal static class WorkbookExports
{
    public static IEnumerable<IntakeFile> Files()
    {
        yield return new Export("excel/typed-cells.xlsx")
            .Moment("Datum", When.Days(2023, 2), When.As("dd.MM.yyyy"), "")
            .Category("Werk", ["Köln", "Graz", "Bern"], "")
            .Number("Menge", 1, 900, Whole, "")
            .Number("Umsatz", 5, 40_000, German, "#N/A")
            .Flag("Storniert", "WAHR", "FALSCH")
            .NumberLabel("Kosten", 2, 90, Comma).ToWorkbook();

        yield return new Export("excel/title-and-times.xlsx", 300)
            .Moment("Opened", When.Ordered(When.Day(2024, 6, 1), TimeSpan.FromHours(2), TimeSpan.FromSeconds(1)),
                When.As("MM/dd/yyyy HH:mm:ss"))
            .Number("Wait", 0, 240, Plain, "")
            .Category("Site", ["Leeds", "York", "Hull"])
            .Flag("Urgent", "TRUE", "FALSE")
            .ClassLabel("Outcome", "fixed", "replaced").ToWorkbook(isText: false, "Service report 2024", "by hand");

        yield return new Export("excel/numbers-as-texts.xlsx")
            .Moment("datum", When.Days(2023, 2), When.As("dd.MM.yyyy"), "-")
            .Number("belopp", -900, 40_000, Swedish, "")
            .Number("rabatt", 0, 40, Comma with { Suffix = " %" })
            .Flag("betald", "ja", "nej")
            .Category("butik", ["Malmö", "Lund"])
            .NumberLabel("pris", 10, 900, Swedish).ToWorkbook(isText: true);

        yield return new Export("excel/typos-among-numbers.xlsx")
            .Number("weight", 0.5, 90, Plain).Typos("weight", "n.n.", "~12")
            .Moment("weighed", When.Days(2024, 1), When.As("yyyy-MM-dd")).Typos("weighed", "last week")
            .Number("height", 100, 200, Whole)
            .Category("breed", ["A", "B", "C"])
            .ClassLabel("sold", "no", "yes").ToWorkbook();
    }
}
