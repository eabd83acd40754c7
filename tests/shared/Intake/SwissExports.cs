using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Swiss exports: apostrophes between thousands, a point before decimals, days before months.</summary>
internal static class SwissExports
{
    private static readonly string[] Cantons = ["Zürich", "Genève", "Ticino", "Graubünden"];

    public static IEnumerable<IntakeFile> Files()
    {
        yield return new Export("swiss/umsatz-apostroph.csv")
            .Moment("Datum", When.Ordered(When.Day(2024, 1, 1), TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
                When.As("dd.MM.yyyy"))
            .Category("Kanton", Cantons)
            .Number("Umsatz", 50, 400_000, Swiss)
            .Number("Stück", 1, 2_000_000, Swiss with { Decimals = 0 })
            .Number("Rabatt", 0, 30, Plain with { Decimals = 1, Suffix = "%" })
            .NumberLabel("Ergebnis", -500, 9_500, Swiss)
            .ToCsv(CsvForm.Excel);

        yield return new Export("swiss/franken-typografisch.csv")
            .Category("Filiale", Cantons)
            .Number("Betrag", 5, 90_000, CurlySwiss with { Prefix = "CHF " })
            .Number("Gebühr", 1, 30, Plain with { Prefix = "CHF " }, "-")
            .Number("Korrektur", -300, 300, Plain with { Prefix = "CHF ", Minus = MinusSign.AfterPrefix })
            .Moment("Valuta", When.Days(2024, 1), When.As("dd.MM.yy"))
            .NumberLabel("Prämie", 12, 700, Plain with { Prefix = "CHF " })
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("swiss/kunden.csv", 300)
            .Id("Kunden-ID", (random, row) => $"CH-{(row * 13) + random.Next(13):00000}")
            .Flag("Halbtax", "Ja", "Nein")
            .Number("Einkommen", 20_000, 200_000, Swiss with { Decimals = 0 }, "", "-")
            .Number("Distanz", 0.5, 120, Plain with { Decimals = 1, Suffix = "km" })
            .Moment("Geburtstag", When.Days(1950, 50), When.As("d.M.yyyy"))
            .ClassLabel("Kündigung", "Nein", "Ja")
            .ToCsv(CsvForm.Excel);

        yield return new Export("swiss/romandie.csv")
            .Moment("Date", When.Days(2023, 2), When.As("dd.MM.yyyy"))
            .Category("Commune", ["Lausanne", "Neuchâtel", "Sion"])
            .Number("Montant", 5, 70_000, Swiss with { Suffix = " CHF" })
            .Flag("Payé", "oui", "non")
            .Number("Score", 0, 100, Whole)
            .ClassLabel("Catégorie", "A", "B", "C", "D")
            .ToCsv(CsvForm.ExcelUtf8);
    }
}
