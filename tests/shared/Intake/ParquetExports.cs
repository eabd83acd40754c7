using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Parquet as pandas and databases write it: typed, or columns of text as they came.</summary>
internal static class ParquetExports
{
    public static IReadOnlyList<string> Names { get; } =
        ["parquet/typed.parquet", "parquet/texts.parquet", "parquet/object-columns.parquet"];

    public static async Task<IReadOnlyList<IntakeFile>> FilesAsync() =>
    [
        await new Export(Names[0], 400)
            .Moment("at", When.Ordered(When.Day(2024, 1, 1), TimeSpan.FromHours(1), TimeSpan.FromSeconds(1)),
                When.As("yyyy-MM-dd HH:mm:ss"))
            .Number("load", -4, 90, Plain with { Decimals = 4 }, "")
            .Number("starts", 0, 5_000_000, Whole)
            .Category("line", ["one", "two", "three"], "")
            .Flag("night", "true", "false", "")
            .NumberLabel("power", 5, 400, Plain).ToParquetAsync(),
        await new Export(Names[1])
            .Moment("Buchung", When.Days(2023, 2), When.As("dd.MM.yyyy"))
            .Number("Betrag", -900, 40_000, Sap)
            .Number("Menge", 1, 900, Comma)
            .Category("Werk", ["1000", "2000", "0300"])
            .ClassLabel("Mahnung", "nein", "ja").ToParquetAsync(isText: true),
        await new Export(Names[2])
            .Number("price", 1, 900, Plain).Typos("price", "n.n.")
            .Moment("listed", When.Days(2023, 2), When.As("M/d/yyyy"))
            .Number("area", 10, 200, Plain)
            .Flag("balcony", "yes", "no")
            .NumberLabel("rent", 300, 4_000, Plain).ToParquetAsync(),
    ];
}
