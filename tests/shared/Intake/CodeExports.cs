using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Digits that are no numbers: codes with leading zeros, ids, counters.</summary>
internal static class CodeExports
{
    public static IEnumerable<IntakeFile> Files()
    {
        yield return Base("codes/zip-codes.csv")
            .Category("zip", ["01001", "02108", "07030", "10001", "60601", "94105"])
            .Category("fips", ["001", "013", "045", "120"])
            .ClassLabel("default", "no", "yes").ToCsv(CsvForm.Plain);

        yield return Base("codes/article-numbers.csv")
            .Category("article", ["000123", "000124", "004711", "012000", "120000"])
            .Category("ean", ["0012345678905", "4006381333931", "5012345678900"])
            .CountLabel("sold", 0, 30, IntakeTask.Regression).ToCsv(CsvForm.Plain);

        yield return new Export("codes/unique-integers.csv", 300)
            .Id("customer_id", (random, row) => ((row * 7919L % 100_003) + 100_000).ToString())
            .Number("age", 18, 90, Whole)
            .Number("income", 900, 9_900, Plain)
            .Category("plan", ["solo", "team", "org"])
            .ClassLabel("churned", "no", "yes").ToCsv(CsvForm.Plain);

        yield return new Export("codes/nearly-unique-integers.csv", 300)
            .Id("account_no", (random, row) => (random.Next(20) == 0 ? 88_120_077 : 80_000_000 + (row * 41)).ToString())
            .Number("balance", -900, 9_900, Plain)
            .Number("cards", 0, 5, Whole)
            .Flag("online", "yes", "no")
            .ClassLabel("closed", "no", "yes").ToCsv(CsvForm.Plain);

        yield return new Export("codes/hex-and-uuid.csv", 300)
            .Id("uuid", Uuid)
            .Id("session", (random, _) => random.NextInt64(long.MaxValue).ToString("x16"))
            .Number("seconds", 1, 900, Whole)
            .Category("page", ["home", "cart", "help"])
            .ClassLabel("bought", "no", "yes").ToCsv(CsvForm.Plain);

        yield return new Export("codes/counter.csv")
            .Id("step", (_, row) => (row + 1).ToString(), IntakeRole.Optional)
            .Number("load", 0, 100, Plain)
            .Number("heat", 10, 90, Plain)
            .Category("mode", ["idle", "run"])
            .NumberLabel("power", 5, 400, Plain).ToCsv(CsvForm.Plain);

        yield return new Export("codes/phones-and-cards.csv", 300)
            .Id("phone", (random, _) => $"0{random.Next(151, 179)} {random.Next(1_000_000, 9_999_999)}")
            .Id("iban", (random, _) => $"DE{random.Next(10, 99)}{random.NextInt64(100_000_000_000_000_000L)}")
            .Number("calls", 0, 90, Whole)
            .Number("minutes", 0, 900, Plain)
            .ClassLabel("churned", "no", "yes").ToCsv(CsvForm.Plain);

        yield return new Export("codes/whole-numbers-that-count.csv", 300)
            .Number("population", 500, 3_000_000, Whole)
            .Number("area", 1, 900, Whole)
            .Number("founded", 800, 1_990, Whole)
            .Category("state", ["Bayern", "Hessen"])
            .NumberLabel("tax", 100, 990, Whole).ToCsv(CsvForm.Plain);
    }

    private static string Uuid(Random random, int row)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    private static Export Base(string name) => new Export(name, 300)
        .Number("price", 1, 90, Plain)
        .Number("weight", 0.1, 40, Plain with { Decimals = 1 })
        .Flag("express", "yes", "no");
}
