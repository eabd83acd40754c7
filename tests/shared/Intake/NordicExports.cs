using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Swedish, Norwegian, Danish and Finnish exports.</summary>
internal static class NordicExports
{
    private static readonly string[] Counties = ["Skåne", "Västra Götaland", "Örebro", "Jämtland"];

    public static IEnumerable<IntakeFile> Files()
    {
        yield return new Export("nordic/svensk-forsaljning.csv")
            .Moment("Datum", When.Ordered(When.Day(2024, 1, 1), TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
                When.As("yyyy-MM-dd"))
            .Category("Län", Counties)
            .Number("Belopp", -9_000, 50_000, Swedish)
            .Number("Antal", 1, 200, Whole)
            .Number("Temperatur", -25, 30, Comma with { Decimals = 1, Minus = MinusSign.Unicode })
            .NumberLabel("Vinst", -40, 300, Comma with { Minus = MinusSign.Unicode })
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("nordic/svensk-ja-nej.csv", 300)
            .Id("Kundnr", (random, row) => (70_000 + (row * 3) + random.Next(3)).ToString())
            .Flag("Medlem", "Ja", "Nej").OrCategory()
            .Flag("Aktiv", "SANT", "FALSKT").OrCategory()
            .Number("Inkomst", 100_000, 900_000, Blank with { Suffix = " kr" })
            .Moment("Senast besökt", When.Times(2024, 1, TimeSpan.FromMinutes(1)), When.As("yyyy-MM-dd HH:mm"), "")
            .ClassLabel("Uppsagd", "nej", "ja")
            .ToCsv(CsvForm.Excel);

        yield return new Export("nordic/norsk-kroner.csv")
            .Category("Fylke", ["Oslo", "Vestland", "Tromsø", "Møre"])
            .Number("Beløp", 50, 60_000, Blank with { Prefix = "kr ", Minus = MinusSign.AfterPrefix })
            .Number("Avvik", -800, 800, Blank with { Prefix = "kr ", Minus = MinusSign.AfterPrefix })
            .Moment("Dato", When.Days(2023, 2), When.As("dd.MM.yyyy"))
            .Flag("Betalt", "Ja", "Nei").OrCategory()
            .NumberLabel("Rente", 1, 9, Comma with { Suffix = " %" })
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("nordic/dansk-bindestreger.csv")
            .Moment("Dato", When.Days(2023, 2), When.As("dd-MM-yyyy"))
            .Category("Afdeling", ["Århus", "Odense", "Ålborg"])
            .Number("Omsætning", 100, 2_000_000, German with { Suffix = " kr." })
            .Number("Fragt", 5, 90, Comma)
            .Flag("Haster", "ja", "nej").OrCategory()
            .ClassLabel("Status", "åben", "lukket", "afvist")
            .ToCsv(CsvForm.Excel);

        yield return new Export("nordic/suomi-pisteet.csv")
            .Moment("Päivä", When.Days(2024, 2), When.As("d.M.yyyy"))
            .Moment("Aika", When.Times(2024, 1, TimeSpan.FromMinutes(1)), When.As("d.M.yyyy H.mm"))
            .Category("Kunta", ["Espoo", "Jyväskylä", "Hämeenlinna"])
            .Number("Hinta", 10, 30_000, OldFrench with { Suffix = "\u00A0€" })
            .Flag("Jäsen", "kyllä", "ei").OrCategory()
            .NumberLabel("Alennus", 0.5, 60, Comma)
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("nordic/svensk-utf-16-be.txt")
            .Category("Ort", ["Åre", "Älvsbyn", "Ödeshög"])
            .Number("Avstånd", 1, 900, Comma with { Decimals = 1, Suffix = " km" })
            .Number("Pris", 100, 90_000, OldFrench with { Suffix = "\u00A0kr" })
            .Moment("Resa", When.Days(2024, 1), When.As("yyyy-MM-dd"))
            .ClassLabel("Klass", "ekonomi", "komfort", "affär")
            .ToCsv(CsvForm.ExcelUnicode with { Encoding = CsvForm.Utf16BigEndian });
    }
}
