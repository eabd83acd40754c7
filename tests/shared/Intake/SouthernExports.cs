using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Spanish, Italian, Portuguese, Dutch and Polish exports.</summary>
internal static class SouthernExports
{
    public static IEnumerable<IntakeFile> Files()
    {
        yield return new Export("southern/espana-si-no.csv", 300)
            .Category("Provincia", ["Ávila", "Cádiz", "Málaga", "A Coruña"])
            .Flag("Socio", "sí", "no")
            .Number("Importe", -500, 30_000, German with { Suffix = " €" })
            .Number("Edad", 18, 90, Whole)
            .Moment("Alta", When.Days(2022, 3), When.As("dd/MM/yyyy"))
            .ClassLabel("Baja", "no", "sí")
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("southern/espana-meses-latin-1.csv")
            .Moment("Fecha", When.Days(2023, 2), When.Named("%d", When.SpanishMonths, " de "))
            .Flag("Entregado", "Sí", "No")
            .Category("Tamaño", ["pequeño", "mediano", "grande"])
            .Number("Peso", 0.2, 60, Comma with { Suffix = " kg" })
            .NumberLabel("Coste", 3, 2_400, German)
            .ToCsv(CsvForm.Excel with { Encoding = CsvForm.Latin1 });

        yield return new Export("southern/italia.csv")
            .Moment("Data", When.Days(2023, 2), When.As("dd/MM/yyyy"))
            .Category("Città", ["Forlì", "Roma", "Torino"])
            .Number("Fatturato", 100, 80_000, German with { Prefix = "€ ", Minus = MinusSign.AfterPrefix })
            .Number("Sconto", 0, 35, Comma with { Decimals = 1, Suffix = "%" })
            .Flag("Pagato", "Sì", "No").OrCategory()
            .NumberLabel("Giorni", 1, 90, Comma with { Decimals = 1 })
            .ToCsv(CsvForm.Excel);

        yield return new Export("southern/brasil-reais.csv")
            .Moment("Data", When.Times(2024, 1, TimeSpan.FromSeconds(1)), When.As("dd/MM/yyyy HH:mm:ss"))
            .Category("Estado", ["São Paulo", "Pará", "Goiás"])
            .Number("Valor", 1, 40_000, German with { Prefix = "R$ " })
            .Flag("Ativo", "sim", "não").OrCategory()
            .Flag("Verificado", "VERDADEIRO", "FALSO").OrCategory()
            .ClassLabel("Fraude", "não", "sim")
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("southern/nederland.csv")
            .Moment("Datum", When.Days(2023, 2), When.As("d-M-yyyy"))
            .Category("Provincie", ["Utrecht", "Fryslân", "Zeeland"])
            .Number("Bedrag", -2_000, 20_000, German with { Prefix = "€ ", Minus = MinusSign.AfterPrefix })
            .Number("Verbruik", 100, 6_000, German with { Decimals = 0, Suffix = " kWh" })
            .Flag("Zonnepanelen", "WAAR", "ONWAAR").OrCategory()
            .ClassLabel("Opgezegd", "nee", "ja")
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("southern/polska-zloty.csv")
            .Moment("Data", When.Days(2023, 2), When.As("dd.MM.yyyy"))
            .Category("Miasto", ["Łódź", "Kraków", "Gdańsk"])
            .Number("Kwota", 10, 90_000, OldFrench with { Suffix = "\u00A0zł" })
            .Flag("Opłacone", "PRAWDA", "FAŁSZ").OrCategory()
            .Number("Ilość", 1, 500, Whole)
            .NumberLabel("Zysk", -20, 400, Comma)
            .ToCsv(CsvForm.ExcelUtf8);
    }
}
