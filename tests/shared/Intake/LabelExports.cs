using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Labels as people write them.</summary>
internal static class LabelExports
{
    public static IEnumerable<IntakeFile> Files()
    {
        yield return Base("labels/another-case-and-blanks.csv")
            .ClassLabel("churned", [["yes", "Yes", "YES", "yes "], ["no", "No", " no"]]).ToCsv(CsvForm.Plain);

        yield return Base("labels/one-as-number-and-word.csv")
            .ClassLabel("fraud", [["0", "0.0", "false"], ["1", "1.0", "true"]]).ToCsv(CsvForm.Plain);

        yield return Base("labels/one-typo.csv")
            .ClassLabel("churned", "no", "yes").Typos("churned", "yess").ToCsv(CsvForm.Plain);

        yield return Base("labels/one-typo-among-three.csv")
            .ClassLabel("grade", "low", "mid", "high").Typos("grade", "hihg").ToCsv(CsvForm.Plain);

        yield return Base("labels/total-below-classes.csv")
            .ClassLabel("returned", "no", "yes").ToCsv(CsvForm.Plain with { After = ["Total,,,,300"] });

        yield return Base("labels/total-below-numbers.csv")
            .NumberLabel("price", 2, 240, Plain).ToCsv(CsvForm.Plain with { After = ["Total,,,,31480.50"] });

        yield return Base("labels/dollars.csv")
            .NumberLabel("price", 2, 240, Plain with { Prefix = "$" }).ToCsv(CsvForm.Plain);

        yield return Base("labels/dollars-grouped.csv")
            .NumberLabel("price", 200, 24_000, English with { Prefix = "$" }).ToCsv(CsvForm.EnglishExcel);

        yield return Base("labels/losses-in-parentheses.csv")
            .NumberLabel("result", -4_000, 9_000, Accounting).ToCsv(CsvForm.EnglishExcel);

        yield return Base("labels/percent.csv")
            .NumberLabel("occupancy", 2, 99, Plain with { Decimals = 1, Suffix = "%" }).ToCsv(CsvForm.Plain);

        yield return Base("labels/decimal-comma.csv")
            .NumberLabel("preis", 2, 240, Comma).ToCsv(CsvForm.Plain with { Delimiter = ";" });

        yield return Base("labels/counts-to-30.csv")
            .CountLabel("visits", 0, 30, IntakeTask.Regression).ToCsv(CsvForm.Plain);

        yield return Base("labels/counts-to-12.csv")
            .CountLabel("visits", 0, 12, IntakeTask.Regression, IntakeTask.Multiclass).ToCsv(CsvForm.Plain);

        yield return Base("labels/stars.csv")
            .CountLabel("stars", 1, 5, IntakeTask.Regression, IntakeTask.Multiclass).ToCsv(CsvForm.Plain);

        yield return Base("labels/a-third-without.csv")
            .ClassLabel("churned", "no", "yes").WithoutLabel(0.33).ToCsv(CsvForm.Plain);

        yield return Base("labels/half-without-numbers.csv")
            .NumberLabel("price", 2, 240, Plain).WithoutLabel(0.5, "NaN").ToCsv(CsvForm.Plain);

        yield return Base("labels/few-without.csv")
            .ClassLabel("grade", "low", "mid", "high").WithoutLabel(0.03, "-").ToCsv(CsvForm.Plain);

        yield return Base("labels/numbers-with-a-typo.csv")
            .NumberLabel("price", 2, 240, Plain).Typos("price", "12.3O", "tbd").ToCsv(CsvForm.Plain);

        yield return Base("labels/whole-numbers-with-points.csv")
            .ClassLabel("defect", [["0.0"], ["1.0"]]).WithoutLabel(0.1).ToCsv(CsvForm.Plain);

        yield return Base("labels/words-of-three-languages.csv")
            .ClassLabel("gekündigt", [["nein", "Nein"], ["ja", "Ja", "JA"]]).ToCsv(CsvForm.Excel);
    }

    private static Export Base(string name) => new Export(name, 300)
        .Category("region", ["north", "south", "west"])
        .Number("size", 1, 90, Plain)
        .Number("age", 18, 90, Whole)
        .Flag("member", "yes", "no");
}
