using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>What is around a table: titles, comments, <c>sep=</c> lines, encodings, delimiters, footers.</summary>
internal static class LayoutExports
{
    public static IEnumerable<IntakeFile> Files()
    {
        yield return Base("layout/separator-line.csv")
            .ToCsv(CsvForm.Plain with { Delimiter = ";", NewLine = "\r\n", Before = ["sep=;"] });

        yield return Base("layout/separator-line-of-commas.csv")
            .ToCsv(CsvForm.EnglishExcel with { Before = ["sep=,"] });

        yield return Base("layout/comments.csv")
            .ToCsv(CsvForm.Plain with { Before = ["# exported by probe 2.1", "# site: Malmö, hall 3", "#"] });

        yield return Base("layout/title-lines.csv")
            .ToCsv(CsvForm.EnglishExcel with { Before = ["Quarterly report", "Created 1/31/2025", ""] });

        yield return Base("layout/title-with-delimiters.csv")
            .ToCsv(CsvForm.EnglishExcel with { Before = ["Report,,,,,", "Q4,2024,,,,", ",,,,,"] });

        yield return Base("layout/units-below-the-header.csv")
            .ToCsv(CsvForm.Plain with { Between = [",,degC,m/s,,"] });

        yield return Base("layout/pipes.txt").ToCsv(CsvForm.Plain with { Delimiter = "|" });

        yield return Base("layout/colons.txt").ToCsv(CsvForm.Plain with { Delimiter = ":" });

        yield return Base("layout/blanks.txt").ToCsv(CsvForm.Plain with { Delimiter = " " });

        yield return Base("layout/tabs.tsv").ToCsv(CsvForm.Plain with { Delimiter = "\t", NewLine = "\r\n" });

        yield return Base("layout/all-quoted.csv").ToCsv(CsvForm.Plain with { Quoting = Quoting.All });

        yield return Base("layout/carriage-returns.csv").ToCsv(CsvForm.Plain with { NewLine = "\r" });

        yield return Base("layout/windows-1252.csv").ToCsv(CsvForm.Plain with { Encoding = CsvForm.Windows });

        yield return Base("layout/latin-1.csv").ToCsv(CsvForm.Plain with { Encoding = CsvForm.Latin1 });

        yield return Base("layout/utf-16.csv").ToCsv(CsvForm.Plain with { Encoding = CsvForm.Utf16 });

        yield return Base("layout/utf-16-be.csv").ToCsv(CsvForm.Plain with { Encoding = CsvForm.Utf16BigEndian });

        yield return Base("layout/empty-lines-below.csv")
            .ToCsv(CsvForm.Plain with { After = ["", "", ",,,,,", ""] });

        yield return Base("layout/note-below.csv")
            .ToCsv(CsvForm.Plain with { After = ["", "Source: probe 2.1, all rights reserved"] });
    }

    private static Export Base(string name) => new Export(name)
        .Category("Straße", ["Allee", "Gäßchen", "Weg"])
        .Moment("date", When.Days(2023, 2), When.As("yyyy-MM-dd"))
        .Number("temperature", -8, 33, Plain)
        .Number("wind", 0, 20, Plain with { Decimals = 1 })
        .Flag("holiday", "yes", "no")
        .ClassLabel("weather", "sun", "rain", "fog");
}
