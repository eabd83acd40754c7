using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>What scripts write: pandas, R, Spark and Python's csv module.</summary>
internal static class PandasExports
{
    private const string Seconds = "yyyy-MM-dd HH:mm:ss";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly NumberForm Long = Plain with { Decimals = 9 };
    private static readonly NumberForm Float = Plain with { Decimals = 1 };

    public static IEnumerable<IntakeFile> Files()
    {
        yield return WithIndex("pandas/index.csv")
            .Moment("date", When.Ordered(When.Day(2024, 1, 1), TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
                When.As("yyyy-MM-dd"))
            .Category("station", ["north", "south"])
            .Number("pressure", 980, 1_040, Long)
            .Number("humidity", 0, 100, Float, "")
            .Flag("frost", "True", "False")
            .NumberLabel("temperature", -10, 35, Long)
            .ToCsv(CsvForm.Plain);

        yield return new Export("pandas/nan-and-nat.csv")
            .Moment("seen", When.Times(2024, 1, Second), When.As(Seconds), "NaT")
            .Number("clicks", 0, 50, Float, "NaN", "nan")
            .Number("spend", 0, 400, Plain, "NaN")
            .Flag("opted_in", "True", "False", "NaN")
            .Category("device", ["ios", "android", "web"], "NaN", "<NA>")
            .ClassLabel("converted", "False", "True")
            .ToCsv(CsvForm.Plain);

        yield return new Export("pandas/offsets.csv")
            .Moment("start", When.Times(2024, 1, Second), When.As("yyyy-MM-dd HH:mm:ss'+00:00'"))
            .Moment("end", When.Times(2024, 1, Second), When.As("yyyy-MM-dd HH:mm:ss.ffffff'-05:00'", -5), "")
            .Number("distance", 0.1, 40, Long)
            .Category("zone", ["z1", "z2", "z3"])
            .Flag("airport", "1", "0").But(c => c with { OtherKinds = [IntakeKind.Number] })
            .NumberLabel("fare", 3, 90, Plain)
            .ToCsv(CsvForm.Plain);

        yield return new Export("pandas/nanoseconds.csv")
            .Moment("ts", When.Times(2024, 1, TimeSpan.FromTicks(1)), When.As("yyyy-MM-dd HH:mm:ss.fffffff'00'"))
            .Number("volt", 210, 250, Plain)
            .Number("ampere", 0, 16, Plain with { Decimals = 3 })
            .Category("phase", ["L1", "L2", "L3"])
            .Number("power_factor", 0.6, 1, Plain with { Decimals = 3 })
            .ClassLabel("alarm", "none", "dip", "surge")
            .ToCsv(CsvForm.Plain);

        yield return new Export("pandas/compressed.csv")
            .Moment("week", When.Days(2023, 2), When.As("yyyy-MM-dd"))
            .Category("sku", ["s-1", "s-2", "s-3", "s-4"])
            .Number("price", 1, 60, Plain)
            .Number("promo", 0, 1, Whole).But(c => c with { OtherKinds = [IntakeKind.Boolean] })
            .Number("stock", 0, 900, Float, "")
            .CountLabel("units", 0, 30, IntakeTask.Regression)
            .ToCsv(CsvForm.Plain).Gzip();

        yield return new Export("pandas/records.jsonl")
            .Moment("created", When.Times(2024, 1, Second), When.As("yyyy-MM-dd'T'HH:mm:ss'Z'"))
            .Category("kind", ["note", "call", "mail"], "null")
            .Number("length", 1, 900, Whole)
            .Number("sentiment", -1, 1, Plain with { Decimals = 3 }, "null")
            .Flag("inbound", "true", "false")
            .ClassLabel("won", "lost", "won")
            .ToJsonLines();

        yield return new Export("pandas/records-compressed.jsonl")
            .Number("rooms", 1, 8, Whole)
            .Number("area", 20, 200, Plain)
            .Category("city", ["Köln", "Zürich", "Malmö"])
            .Moment("built", When.Days(1990, 30), When.As("yyyy-MM-dd"))
            .Flag("garden", "true", "false")
            .NumberLabel("rent", 300, 2_500, Plain)
            .ToJsonLines().Gzip();

        yield return new Export("pandas/archive.csv")
            .Moment("day", When.Days(2023, 2), When.As("yyyy-MM-dd"))
            .Number("visits", 10, 900, Whole)
            .Number("bounce", 0, 1, Plain with { Decimals = 4 })
            .Category("source", ["ads", "mail", "organic"])
            .NumberLabel("revenue", 10, 4_000, Plain)
            .ToCsv(CsvForm.Plain).Zip();

        yield return WithIndex("pandas/r-write-csv.csv")
            .Category("Species", ["setosa", "versicolor"])
            .Number("Sepal.Length", 4, 8, Float)
            .Number("Sepal.Width", 2, 5, Float, "NA")
            .Flag("Flowering", "TRUE", "FALSE", "NA")
            .Moment("Collected", When.Days(2020, 3), When.As("yyyy-MM-dd"), "NA")
            .ClassLabel("Site", "A", "B", "C")
            .ToCsv(CsvForm.Plain with { Quoting = Quoting.Texts });

        yield return new Export("pandas/spark.csv")
            .Moment("event_time", When.Times(2024, 1, TimeSpan.FromMilliseconds(1)),
                When.As("yyyy-MM-dd'T'HH:mm:ss.fff'+01:00'", 1))
            .Number("bytes", 1, 4_000_000, Whole)
            .Number("latency", 0.1, 900, Plain with { Decimals = 3 }, "")
            .Category("status", ["200", "304", "404", "500"]).But(c => c with { OtherKinds = [IntakeKind.Number] })
            .Category("host", ["a.example", "b.example"])
            .ClassLabel("retry", "false", "true")
            .ToCsv(CsvForm.Plain);

        yield return new Export("pandas/python-csv-writer.csv")
            .Number("age", 18, 90, Whole, "None")
            .Number("income", 900, 4_900, Plain, "None", "")
            .Flag("owner", "True", "False", "None")
            .Moment("joined", When.Times(2020, 4, TimeSpan.FromMilliseconds(1)),
                When.As("yyyy-MM-dd HH:mm:ss.ffffff"), "None")
            .Category("segment", ["a", "b", "c"])
            .ClassLabel("bought", "False", "True")
            .ToCsv(CsvForm.Plain with { NewLine = "\r\n" });

        yield return new Export("pandas/exponents.csv")
            .Column("conc", IntakeKind.Number, Scientific)
            .Column("rate", IntakeKind.Number, Scientific)
            .Number("ph", 2, 12, Plain)
            .Category("buffer", ["tris", "pbs"])
            .NumberLabel("yield", 1, 99, Float with { Suffix = "%" })
            .ToCsv(CsvForm.Plain);
    }

    /// <summary>Begins with row numbers in a column without a name.</summary>
    private static Export WithIndex(string name) =>
        new Export(name).Id("", (_, row) => row.ToString(), IntakeRole.Optional);

    private static (object? Value, string Text) Scientific(Random random, int row)
    {
        var text = $"{random.Next(100, 999) / 100.0:0.00}e{random.Next(-9, 5):+00;-00}";
        return (double.Parse(text, System.Globalization.CultureInfo.InvariantCulture), text);
    }
}
