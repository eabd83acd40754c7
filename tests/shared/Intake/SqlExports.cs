using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>What SQL Server's, PostgreSQL's, MySQL's and Oracle's tools save.</summary>
internal static class SqlExports
{
    private const string Milliseconds = "yyyy-MM-dd HH:mm:ss.fff";
    private static readonly NumberForm Money = Plain with { Decimals = 4 };
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public static IEnumerable<IntakeFile> Files()
    {
        yield return new Export("sql/ssms-results.csv", 300)
            .Id("OrderId", (random, row) => (43_000 + (row * 3) + random.Next(3)).ToString())
            .Moment("OrderDate", When.Times(2012, 1, Millisecond), When.As(Milliseconds))
            .Moment("ShipDate", When.Times(2012, 1, Millisecond), When.As(Milliseconds), "NULL")
            .Number("SubTotal", 1, 9_000, Money)
            .Number("Freight", 1, 200, Money, "NULL")
            .Category("Territory", ["Northwest", "Canada", "France"], "NULL")
            .ClassLabel("IsReturned", "0", "1")
            .ToCsv(CsvForm.EnglishExcel);

        yield return new Export("sql/ssms-utf-16.csv")
            .Moment("CreatedAt", When.Ordered(When.Day(2024, 1, 1), TimeSpan.FromHours(5), Millisecond),
                When.As("yyyy-MM-dd HH:mm:ss.fffffff"))
            .Category("Straße", ["Hauptstraße", "Müllerweg", "Am Bühl"])
            .Number("Amount", -400, 4_000, Money)
            .Number("Rate", 0, 1, Plain with { Decimals = 6 }, "NULL")
            .Flag("IsActive", "True", "False", "NULL")
            .NumberLabel("Total", 10, 500, Money)
            .ToCsv(CsvForm.ExcelUnicode with { Delimiter = "," });

        yield return new Export("sql/ssms-offsets.txt")
            .Moment("SeenAt", When.Times(2024, 1, Millisecond), When.As("yyyy-MM-dd HH:mm:ss.fffffff '+02:00'", 2))
            .Moment("BornOn", When.Days(1950, 50), When.As("yyyy-MM-dd"), "NULL")
            .Number("Score", 0, 100, Plain, "NULL")
            .Category("Plan", ["Free", "Team", "Business"])
            .Flag("OptIn", "True", "False", "NULL")
            .ClassLabel("Churned", "0", "1")
            .ToCsv(CsvForm.EnglishExcel with { Delimiter = "\t" });

        yield return new Export("sql/sqlcmd-commas.csv")
            .Category("region", ["east", "west", "north"])
            .Moment("sold_at", When.Times(2024, 1, Millisecond), When.As(Milliseconds))
            .Number("amount", 1, 900, Money, "NULL")
            .Number("quantity", 1, 90, Whole)
            .Flag("gift", "yes", "no")
            .NumberLabel("margin", 1, 90, Money)
            .ToPaddedTable(CsvForm.Plain with { After = ["", "(240 rows affected)"] }, ",", ",");

        yield return new Export("sql/sqlcmd-fixed-width.txt")
            .Category("region", ["east", "west", "north"])
            .Moment("sold_on", When.Days(2024, 1), When.As("yyyy-MM-dd"))
            .Number("amount", 1, 900, Money, "NULL")
            .Number("quantity", 1, 90, Whole)
            .Category("channel", ["web", "store"])
            .ClassLabel("returned", "no", "yes")
            .ToPaddedTable(CsvForm.Plain with { After = ["", "(240 rows affected)"] }, " ", " ");

        yield return new Export("sql/psql-aligned.txt")
            .Category("sensor", ["roof", "cellar", "hall"])
            .Moment("at", When.Times(2024, 1, TimeSpan.FromSeconds(1)), When.As("yyyy-MM-dd HH:mm:ss'+00'"))
            .Number("humidity", 10, 95, Plain with { Decimals = 1 })
            .Number("lux", 0, 4_000, Whole)
            .Flag("door_open", "t", "f")
            .NumberLabel("temperature", -12, 32, Plain with { Decimals = 1 })
            .ToPaddedTable(CsvForm.Plain with { After = ["(240 rows)", ""] }, " | ", "-+-");

        yield return new Export("sql/mysql-outfile.tsv")
            .Category("country", ["DE", "AT", "CH", "NL"])
            .Moment("created_at", When.Times(2023, 2, TimeSpan.FromSeconds(1)), When.As("yyyy-MM-dd HH:mm:ss"), "\\N")
            .Number("price", 0.5, 90, Plain, "\\N")
            .Number("stock", 0, 4_000, Whole, "\\N")
            .Category("brand", ["Arla", "Bora", "Cita"], "\\N")
            .ClassLabel("discontinued", "N", "Y")
            .ToCsv(CsvForm.Plain with { Delimiter = "\t" });

        yield return new Export("sql/postgres-copy.csv")
            .Moment("created_at", When.Times(2024, 1, Millisecond), When.As("yyyy-MM-dd HH:mm:ss.ffffff'+01'", 1))
            .Flag("is_trial", "t", "f", "")
            .Number("mrr", 0, 900, Plain, "")
            .Number("seats", 1, 200, Whole)
            .Category("plan", ["solo", "team", "org"])
            .ClassLabel("churned", "f", "t")
            .ToCsv(CsvForm.Plain);

        yield return new Export("sql/oracle-months.csv")
            .Moment("HIREDATE", When.Days(2010, 14), moment => When.As("dd-MMM-yy")(moment).ToUpperInvariant())
            .Category("JOB", ["CLERK", "ANALYST", "MANAGER"])
            .Number("SAL", 800, 9_000, Whole)
            .Number("COMM", 0, 1_400, Whole, "")
            .Category("DEPTNO", ["10", "20", "30", "40"]).But(c => c with { OtherKinds = [IntakeKind.Number] })
            .ClassLabel("LEFT_COMPANY", "N", "Y")
            .ToCsv(CsvForm.Plain with { Quoting = Quoting.Texts });

        yield return new Export("sql/pipes.txt")
            .Category("branch", ["A01", "A02", "B07"])
            .Moment("opened", When.Days(2015, 9), When.As("yyyy-MM-dd"), "")
            .Number("limit", 500, 9_900, Plain)
            .Number("used", 0, 9_900, Plain, "")
            .Flag("joint", "Y", "N")
            .ClassLabel("defaulted", "N", "Y")
            .ToCsv(CsvForm.Plain with { Delimiter = "|" });
    }
}
