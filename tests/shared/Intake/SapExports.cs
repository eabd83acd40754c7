using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Lists of SAP, saved 'unconverted', as text with tabs, and from transaction SE16.</summary>
internal static class SapExports
{
    private static readonly NumberForm Quantity = Sap with { Decimals = 3 };
    private static readonly NumberForm Listed = Sap with { Minus = MinusSign.TrailingOrBlank };

    private static readonly CsvForm Windows = CsvForm.Excel;

    public static IEnumerable<IntakeFile> Files()
    {
        yield return new Export("sap/lieferungen-unkonvertiert.txt")
            .Category("Werk", ["1000", "1100", "2000", "2010"]).But(c => c with { OtherKinds = [IntakeKind.Number] })
            .Category("Material", ["000000000000100-100", "000000000000100-200", "000000000000200-001"])
            .Number("Menge", -400, 9_000, Listed with { Decimals = 3 })
            .Category("ME", ["ST", "KG", "M"])
            .Number("Betrag Hauswährung", -8_000, 60_000, Listed)
            .Moment("Buch.dat.", When.Days(2024, 1), When.As("dd.MM.yyyy"))
            .ClassLabel("Status", "A", "B", "C")
            .ToSapList(
                Windows, ["31.01.2025                 Lieferungen                      1", ""], []);

        yield return new Export("sap/umsatz-mit-summe.txt")
            .Category("VkOrg", ["DE01", "DE02", "AT01"])
            .Moment("Fakturadat", When.Days(2023, 2), When.As("dd.MM.yyyy"))
            .Number("Nettowert", -6_000, 70_000, Listed)
            .Number("Verr.preis", 1, 6_000, Listed)
            .Category("Währg", ["EUR", "CHF"])
            .NumberLabel("Deckungsbeitrag", -300, 2_800, Listed)
            .ToSapList(
                Windows,
                ["Umsatzliste Vertriebsorganisation DE", "", "Selektion: 01.01.2023 - 31.12.2024", ""],
                ["|*    |          |1.402.118,22 |302.220,00 |     |    220.118,00 |", "-----------------------"]);

        yield return new Export("sap/bestellungen-kennzeichen-x.txt", 300)
            .Id("Einkaufsbeleg", (random, row) => (4_500_010_000L + (row * 9) + random.Next(9)).ToString())
            .Column("Löschkz", IntakeKind.Boolean, Checked)
            .Column("Endlieferung", IntakeKind.Boolean, Checked)
            .Moment("Belegdatum", When.Days(2024, 1), When.As("dd.MM.yyyy"))
            .Number("Bestellwert", 10, 90_000, Sap)
            .Category("Lieferant", ["0000100012", "0000100345", "0000200001"])
            .ClassLabel("Verspätet", "Nein", "Ja")
            .ToSapList(Windows, ["Bestellungen je Lieferant", ""], []);

        yield return new Export("sap/se16-tabulator.txt")
            .Category("MANDT", ["100"]).Optional()
            .Id("VBELN", (random, row) => (80_000_000 + (row * 11) + random.Next(11)).ToString("0000000000"))
            .Moment("ERDAT", When.Days(2024, 1), When.As("dd.MM.yyyy"))
            .Number("NETWR", -3_000, 40_000, Sap)
            .Number("BRGEW", 0.5, 3_000, Quantity)
            .Category("VSTEL", ["0001", "0002", "1000"])
            .ClassLabel("LFSTK", "A", "B", "C")
            .ToCsv(Windows with { Delimiter = "\t", Before = ["Tabelle:        LIKP", "Angezeigte Felder:   7", ""] });

        yield return new Export("sap/alv-excel.csv")
            .Category("Kostenstelle", ["0000410100", "0000410200", "0000520000"])
            .Moment("Periode", When.Days(2022, 3), When.As("dd.MM.yyyy"))
            .Number("Istkosten", -2_000, 90_000, German)
            .Number("Plankosten", 0, 90_000, German, "")
            .Number("Abw. (%)", -60, 80, Comma)
            .NumberLabel("Stunden", 1, 190, Comma with { Decimals = 1 })
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("sap/business-one-english.txt")
            .Category("Item No.", ["A00001", "A00002", "B10000", "C00050"])
            .Moment("Posting Date", When.Days(2024, 1), When.As("dd/MM/yyyy"))
            .Number("Quantity", 1, 9_000, English with { Decimals = 3 })
            .Number("Total (LC)", -700, 50_000, English with { Minus = MinusSign.Trailing })
            .Category("Warehouse", ["01", "02", "05"])
            .ClassLabel("Open", "N", "Y")
            .ToSapList(CsvForm.Plain, ["Inventory Posting List", ""], []);

        yield return new Export("sap/datum-ohne-punkte.csv")
            .Category("BUKRS", ["0001", "1000"])
            .Moment("BUDAT", When.Days(2023, 2), When.As("yyyyMMdd"))
            .Moment("CPUDT", When.Days(2023, 2), When.As("yyyyMMdd"))
            .Number("DMBTR", 1, 9_000, Plain with { Minus = MinusSign.Trailing })
            .Number("SALDO", -4_000, 4_000, Plain with { Minus = MinusSign.Trailing })
            .ClassLabel("BLART", "RE", "KR", "SA")
            .ToCsv(CsvForm.Plain with { Delimiter = ";" });
    }

    /// <summary>SAP's check boxes: an X, or nothing for no.</summary>
    private static (object? Value, string Text) Checked(Random random, int row)
    {
        var value = random.NextDouble() < 0.35;
        return (value, value ? "X" : "");
    }
}
