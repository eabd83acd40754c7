using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Missing values, flags, and cells that do not fit.</summary>
internal static class CellExports
{
    public static IEnumerable<IntakeFile> Files()
    {
        yield return Base("cells/missing-dashes.csv")
            .Number("a", 0, 90, Plain, "-", "--")
            .Number("b", 0, 90, Whole, ".")
            .Moment("c", When.Days(2023, 2), When.As("yyyy-MM-dd"), "-")
            .Category("d", ["x", "y"], "-")
            .ClassLabel("y", "no", "yes").ToCsv(CsvForm.Plain);

        yield return Base("cells/missing-pandas-words.csv")
            .Number("a", 0, 90, Plain, "#N/A", "#NA", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>")
            .Number("b", 0, 90, Plain, "N/A", "NA", "NULL", "NaN", "n/a", "nan", "null", "#N/A N/A", "-1.#IND")
            .Flag("c", "True", "False", "NA", "<NA>")
            .Moment("d", When.Days(2023, 2), When.As("yyyy-MM-dd"), "NaT", "NaN")
            .NumberLabel("y", 1, 90, Plain).ToCsv(CsvForm.Plain);

        yield return Base("cells/missing-backslash-n.csv")
            .Number("a", 0, 90, Plain, "\\N")
            .Moment("b", When.Times(2024, 1, TimeSpan.FromSeconds(1)), When.As("yyyy-MM-dd HH:mm:ss"), "\\N")
            .Category("c", ["x", "y"], "\\N")
            .ClassLabel("y", "0", "1").ToCsv(CsvForm.Plain);

        yield return Base("cells/missing-with-decimal-commas.csv")
            .Number("a", 0, 9_000, German, "-", "")
            .Number("b", 0, 90, Comma, ".", "NULL")
            .Moment("c", When.Days(2023, 2), When.As("dd.MM.yyyy"), "-", "NULL")
            .NumberLabel("y", 1, 90, Comma).ToCsv(CsvForm.Excel);

        yield return Base("cells/flags-on-off.csv")
            .Flag("heating", "on", "off").Flag("pump", "ON", "OFF", "").Flag("ok", "Y", "N")
            .Flag("open", "true", "false").NumberLabel("y", 1, 90, Plain).ToCsv(CsvForm.Plain);

        yield return Base("cells/flags-x-or-empty.csv")
            .Column("vip", IntakeKind.Boolean, Checked("X")).Column("smoker", IntakeKind.Boolean, Checked("x"))
            .Flag("member", "Yes", "No", "")
            .ClassLabel("y", "A", "B", "C").ToCsv(CsvForm.Plain);

        yield return Base("cells/flags-with-typos.csv")
            .Flag("active", "Y", "N").Typos("active", "Yx", "M", "?N")
            .Flag("paid", "yes", "no").Typos("paid", "yse", "maybe")
            .ClassLabel("y", "lost", "won").ToCsv(CsvForm.Plain);

        yield return Base("cells/flags-german-french-spanish.csv")
            .Flag("aktiv", "ja", "nein").Flag("abonné", "oui", "non").Flag("socio", "sí", "no")
            .Flag("gelöscht", "WAHR", "FALSCH", "").Flag("valide", "VRAI", "FAUX")
            .NumberLabel("y", 1, 90, Plain).ToCsv(CsvForm.ExcelUtf8);

        yield return Base("cells/flags-in-several-cases.csv")
            .Column("consent", IntakeKind.Boolean, Spelt(["Yes", "yes", "YES "], ["No", "no", " NO"]))
            .Column("active", IntakeKind.Boolean, Spelt(["TRUE", "True"], ["FALSE", "False"]))
            .ClassLabel("y", "lost", "won").ToCsv(CsvForm.Plain);

        yield return Base("cells/numbers-with-typos.csv")
            .Number("price", 0, 90, Plain).Typos("price", "3O.50", "n.n.")
            .Number("units", 0, 90_000, English).Typos("units", "about 20")
            .Number("share", 0, 99, Plain with { Suffix = "%" }).Typos("share", "~5")
            .NumberLabel("y", 1, 90, Plain).ToCsv(CsvForm.Plain);

        yield return Base("cells/decimal-commas-with-typos.csv")
            .Number("preis", 0, 90, Comma).Typos("preis", "3O,50", "unbekannt")
            .Number("umsatz", 0, 90_000, German).Typos("umsatz", "ca. 20")
            .Moment("datum", When.Days(2023, 2), When.As("dd.MM.yyyy")).Typos("datum", "30.02.2024")
            .NumberLabel("y", 1, 90, Comma).ToCsv(CsvForm.Excel);

        yield return Base("cells/units.csv")
            .Number("weight", 0.5, 90, Plain with { Decimals = 1, Suffix = " kg" })
            .Number("height", 140, 210, Whole with { Suffix = "cm" })
            .Number("speed", 1, 190, Plain with { Decimals = 1, Suffix = " km/h" })
            .Number("heat", -20, 40, Plain with { Decimals = 1, Suffix = "°C", Minus = MinusSign.Unicode })
            .NumberLabel("y", 1, 90, Plain with { Suffix = " mm" }).ToCsv(CsvForm.Plain);

        yield return Base("cells/signs.csv")
            .Number("net", -90, 90, Plain with { Minus = MinusSign.Unicode })
            .Number("delta", -90, 90, Plain with { Minus = MinusSign.Trailing })
            .Number("balance", -90, 90, Accounting)
            .Column("change", IntakeKind.Number, Signed)
            .NumberLabel("y", -90, 90, Plain with { Minus = MinusSign.Unicode }).ToCsv(CsvForm.Plain);

        yield return Base("cells/all-digits-of-a-double.csv")
            .Number("volume", 16_777_217, 16_790_000, Whole).But(c => c with { Exact = true })
            .Number("depth", 0, 90, Plain)
            .NumberLabel("meter", 1_600_000_001, 1_600_400_000, Whole).But(c => c with { Exact = true })
            .ToCsv(CsvForm.Plain);
    }

    private static Export Base(string name) => new Export(name)
        .Category("group", ["g1", "g2", "g3"])
        .Number("level", 1, 900, Whole);

    private static Func<Random, int, (object? Value, string Text)> Checked(string mark) => (random, _) =>
    {
        var value = random.NextDouble() < 0.3;
        return (value, value ? mark : "");
    };

    private static Func<Random, int, (object? Value, string Text)> Spelt(string[] yes, string[] no) => (random, _) =>
    {
        var value = random.NextDouble() < 0.5;
        var texts = value ? yes : no;
        return (value, texts[random.Next(texts.Length)]);
    };

    /// <summary>A plus before what is above zero.</summary>
    private static (object? Value, string Text) Signed(Random random, int row)
    {
        var value = Plain.Round((random.NextDouble() * 40) - 20);
        return (value, (value > 0 ? "+" : "") + Plain.Write(value));
    }
}
