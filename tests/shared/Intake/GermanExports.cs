using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Excel and DATEV exports of German and Austrian teams.</summary>
internal static class GermanExports
{
    private static readonly string[] Regions = ["Nord", "Süd", "Ost", "West"];
    private static readonly string[] Words =
        ["Lieferung", "verspätet", "Kunde", "zufrieden", "Rückfrage", "geprüft", "Größe", "falsch", "per Telefon"];

    private static readonly NumberForm Euros = German with { Suffix = " €" };
    private static readonly NumberForm WholeGroups = German with { Decimals = 0 };
    private static readonly NumberForm OneDecimal = Comma with { Decimals = 1 };

    public static IEnumerable<IntakeFile> Files()
    {
        yield return new Export("german/umsatz-windows-1252.csv")
            .Moment("Datum", When.Ordered(When.Day(2024, 1, 1), TimeSpan.FromDays(2), TimeSpan.FromDays(1)),
                When.As("dd.MM.yyyy"))
            .Category("Region", Regions)
            .Number("Menge", 1, 400, OneDecimal)
            .Number("Umsatz", 10, 90_000, German)
            .Number("Größe", 10, 60, Comma)
            .NumberLabel("Ertrag", 20, 150, Comma)
            .ToCsv(CsvForm.Excel);

        yield return new Export("german/kunden-wahr-falsch.csv", 300)
            .Id("Kundennummer", (random, _) => (100_000 + random.Next(900_000)).ToString())
            .Moment("Kunde seit", When.Days(2015, 9), When.As("dd.MM.yyyy"))
            .Flag("Newsletter", "WAHR", "FALSCH")
            .Flag("Abo", "Ja", "Nein", "")
            .Number("Umsatz 2024", 0, 40_000, German, "")
            .Number("Alter", 18, 90, Whole)
            .ClassLabel("gekündigt", "nein", "ja")
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("german/konto-euro.csv")
            .Moment("Buchungstag", When.Days(2023, 2), When.As("dd.MM.yy"))
            .Category("Kategorie", ["Miete", "Löhne", "Material", "Reise", "Sonstiges"])
            .Number("Betrag", -4_000, 9_000, Euros)
            .Number("Saldo", -20_000, 80_000, Euros, "-")
            .Flag("Beleg", "ja", "nein")
            .NumberLabel("Skonto", 1, 90, Comma with { Suffix = " €" })
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("german/datev-nachgestelltes-minus.csv")
            .Number("Umsatz", -8_000, 30_000, Sap)
            .Category("Soll/Haben", ["S", "H"])
            .Category("Konto", ["0420", "1200", "4400", "4980", "8400"])
            .Moment("Belegdatum", When.Days(2024, 1), When.As("dd.MM.yyyy"))
            .Number("Steuersatz", 0, 19, OneDecimal with { Suffix = "%" })
            .ClassLabel("geprüft", "offen", "gebucht", "storniert")
            .ToCsv(CsvForm.Excel with { Quoting = Quoting.Texts });

        yield return new Export("german/prozent-label.csv")
            .Category("Standort", Regions)
            .Number("Auslastung", 20, 99, Comma with { Suffix = "\u00A0%", Decimals = 1 })
            .Number("Temperatur", -12, 35, OneDecimal with { Suffix = " °C" })
            .Number("Gewicht", 1, 80, Comma with { Suffix = " kg" }, "-", "")
            .Moment("Woche ab", When.Days(2023, 2), When.As("d.M.yyyy"))
            .NumberLabel("Ausschuss", 0.2, 24, OneDecimal with { Suffix = " %" })
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("german/monatsnamen.csv")
            .Moment("Vertragsbeginn", When.Days(2022, 3), When.Named("d.", When.GermanMonths))
            .Moment("Vertragsende", When.Days(2025, 2), When.Named("dd", When.ShortGermanMonths, "-"), "")
            .Category("Tarif", ["Basis", "Komfort", "Premium"])
            .Number("Grundpreis", 5, 60, Comma)
            .Number("Verbrauch", 500, 9_000, WholeGroups with { Suffix = " kWh" })
            .ClassLabel("Kundenklasse", "Bronze", "Silber", "Gold")
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("german/schicht-zeiten.csv", 320)
            .Moment("Beginn", When.Ordered(When.Day(2025, 1, 1), TimeSpan.FromHours(3), TimeSpan.FromMinutes(1)),
                When.As("dd.MM.yyyy HH:mm"))
            .Moment("Ende", When.Times(2025, 1, TimeSpan.FromSeconds(1)), When.As("dd.MM.yyyy HH:mm:ss"), "")
            .Category("Maschine", ["M1", "M2", "M3", "M4", "M5"])
            .Number("Druck", 0.5, 9, Comma with { Decimals = 3 })
            .Number("Drehzahl", 800, 2_000_000, WholeGroups)
            .CountLabel("Störungen", 0, 30, IntakeTask.Regression)
            .ToCsv(CsvForm.Excel);

        yield return new Export("german/postleitzahlen.csv", 300)
            .Category("PLZ", ["01067", "01099", "04109", "06108", "10115", "20095", "50667", "80331", "99084"])
            .Category("Artikelnummer", ["000123", "000124", "000250", "004711", "012000"])
            .Id("Bestellnummer", (random, row) => (4_500_000 + (row * 7) + random.Next(6)).ToString())
            .Number("Preis", 2, 300, Comma)
            .Moment("Bestelldatum", When.Days(2023, 2), When.As("dd.MM.yyyy"))
            .Text("Bemerkung", Words, "")
            .ClassLabel("Retoure", "Nein", "Ja")
            .ToCsv(CsvForm.Excel);

        yield return new Export("german/unicode-text.txt")
            .Category("Straße", ["Allee", "Gasse", "Weg", "Platz"])
            .Number("Fläche", 20, 220, Comma with { Suffix = " m²" })
            .Number("Baujahr", 1900, 2024, Whole)
            .Number("Nebenkosten", 50, 900, German)
            .Moment("Inserat", When.Days(2024, 1), When.As("dd.MM.yyyy"))
            .Flag("Balkon", "Wahr", "Falsch")
            .NumberLabel("Miete", 300, 2_900, German)
            .ToCsv(CsvForm.ExcelUnicode);

        yield return new Export("german/fehlerwerte.csv")
            .Category("Filiale", ["Köln", "München", "Düsseldorf", "Nürnberg"])
            .Number("Marge", -0.4, 0.9, Comma with { Decimals = 4 }, "#DIV/0!", "#NV")
            .Number("Vorjahr", 0, 60_000, German, "#NV", "#BEZUG!")
            .Number("Wachstum", -30, 60, OneDecimal with { Suffix = "%" }, "#DIV/0!", "#WERT!")
            .Moment("Stichtag", When.Days(2023, 2), When.As("dd.MM.yyyy"), "#NV")
            .ClassLabel("Ziel erreicht", "WAHR", "FALSCH")
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("german/summe-am-ende.csv")
            .Moment("Tag", When.Ordered(When.Day(2024, 3, 1), TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
                When.As("dd.MM.yyyy"))
            .Category("Produkt", ["Brot", "Brötchen", "Kuchen"])
            .Number("Verkauft", 0, 400, Whole)
            .Number("Temperatur", -8, 33, OneDecimal)
            .NumberLabel("Erlös", 30, 2_500, German)
            .ToCsv(CsvForm.Excel with { After = ["", "Summe;;48.211;;302.115,50"] });

        yield return new Export("german/oesterreich.csv")
            .Moment("Rechnungsdatum", When.Days(2024, 2), When.As("yyyy-MM-dd"))
            .Category("Bundesland", ["Wien", "Tirol", "Kärnten", "Steiermark"])
            .Number("Netto", 10, 12_000, German with { Prefix = "€ ", Minus = MinusSign.AfterPrefix })
            .Number("Gutschrift", -900, 100, German with { Prefix = "€ ", Minus = MinusSign.AfterPrefix })
            .Number("Tage bis Zahlung", 0, 90, Whole)
            .ClassLabel("Mahnung", "nein", "ja")
            .ToCsv(CsvForm.ExcelUtf8);
    }
}
