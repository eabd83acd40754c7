using System.Globalization;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public sealed class LabelNotationTests
{
    [Theory]
    [InlineData("${0:0.00}", ".", ",")]
    [InlineData("{0:0.00}", ",", ".")]
    [InlineData("{0:0.0}%", ".", ",")]
    [InlineData("{0:0.00} €", ".", ",")]
    [InlineData("{0:#,##0.00}", ".", ",")]
    [InlineData("{0:#,##0.00}", ",", ".")]
    [InlineData("{0:#,##0.00}", ",", "\u00A0")]
    [InlineData("({0:0.00})", ".", ",")]
    [InlineData("{0:0.00}-", ".", ",")]
    [InlineData("−{0:0.00}", ".", ",")]
    [InlineData("EUR {0:0.00}", ".", ",")]
    [InlineData("-$ {0:#,##0.00}", ".", ",")]
    [InlineData("{0:0.00} kg", ".", ",")]
    public async Task A_label_of_amounts_in_any_notation_is_learned_as_numbers(
        string format, string point, string thousands)
    {
        var notation = new NumberFormatInfo { NumberDecimalSeparator = point, NumberGroupSeparator = thousands };
        var isNegative = format[0] is '(' or '-' or '−' || format.EndsWith('-');
        var text = Values(300, i => string.Format(notation, format, 1000 + (i * 1.37m)));

        var schema = await CsvText.SchemaAsync(text);
        var (table, report) = await CsvText.ReadAsync(text, schema);

        Assert.Equal((ModelTask.Regression, 0), (schema.Task, report.BadRows));
        var decimals = format.Contains("0.00", StringComparison.Ordinal) ? 2 : 1;
        Assert.Equal(
            [.. Enumerable.Range(0, 300)
                .Select(i => Math.Round(1000 + (i * 1.37m), decimals, MidpointRounding.AwayFromZero))
                .Select(amount => (float)(isNegative ? -amount : amount))],
            ((NumericColumn)table!.Find("price")!).Values);
    }

    [Fact]
    public async Task Amounts_in_another_notation_train_a_model_that_goes_live()
    {
        await using var product = new Product();
        var random = new SplitMix64(3);
        var rows = Enumerable.Range(0, 600).Select(_ => random.NextInt32(100_000))
            .Select(size => (Size: size / 100.0, Price: 1000 + (size * 0.37) + random.NextInt32(50)))
            .Select(row => string.Create(GermanNumbers, $"{row.Size:0.00};{row.Price:#,##0.00} €"));

        var record = await product.TrainAsync("prices", "a.csv", "size;price\n" + string.Join('\n', rows), null);

        Assert.True(record.Outcome == RunOutcome.Promoted, record.Message);
    }

    [Fact]
    public async Task Thousands_separators_in_a_few_rows_are_read()
    {
        var text = Values(300, i => (900 + (i * 0.35)).ToString("#,##0.00", CultureInfo.InvariantCulture));
        var (table, report) = await CsvText.ReadAsync(text, await CsvText.SchemaAsync(text));

        Assert.Equal(0, report.BadRows);
        Assert.Equal(1000.1f, ((NumericColumn)table!.Find("price")!).Values[286]);
    }

    [Fact]
    public async Task Percentages_are_classes_only_where_model_json_says_so()
    {
        var text = Values(300, i => $"{5 * (1 + (i % 3))}%");
        Assert.Equal(ModelTask.Regression, (await CsvText.SchemaAsync(text)).Task);
        Assert.Equal(
            ModelTask.Multiclass,
            (await CsvText.SchemaAsync(text, new ModelDefinition { Task = ModelTask.Multiclass })).Task);
        Assert.Equal(ModelTask.Multiclass, (await CsvText.SchemaAsync(text, Declared)).Task);

        // Even many of them, where the column is said to be classes.
        Assert.Equal(ModelTask.Multiclass, (await CsvText.SchemaAsync(Values(300, i => $"${i % 40}"), Declared)).Task);
    }

    [Fact]
    public async Task Spellings_of_one_class_are_one_class()
    {
        string[] written = ["Yes", "no", "yes", " NO", "Yes ", "No."];
        var text = Values(600, i => written[i % 6]);
        var schema = await CsvText.SchemaAsync(text);
        var label = (CategoricalColumn)(await CsvText.ReadAsync(text, schema)).Table!.Find("price")!;

        Assert.Equal((ModelTask.Binary, "Yes"), (schema.Task, schema.Positive));
        Assert.Equal(2, label.Values.Count);
        Assert.Equal([0, 1, 0, 1, 0, 1], label.Codes[..6]);
    }

    [Fact]
    public async Task One_and_true_are_one_class_where_all_are_truths()
    {
        string[] written = ["1", "true", "0", "False", "1.0", "0"];
        var schema = await CsvText.SchemaAsync(Values(600, i => written[i % 6] is "1.0" ? "1" : written[i % 6]));

        Assert.Equal(ModelTask.Binary, schema.Task);
    }

    [Theory]
    [InlineData("yess")]
    [InlineData("Total")]
    public async Task A_typo_or_a_footer_makes_a_bad_row_and_no_task_of_its_own(string typo)
    {
        var text = Values(400, i => i == 399 ? typo : i % 3 == 0 ? "yes" : "no");
        var schema = await CsvText.SchemaAsync(text);
        var report = (await CsvText.ReadAsync(text, schema)).Report;

        Assert.Equal((ModelTask.Binary, 1), (schema.Task, report.BadRows));
        Assert.Contains($"'{typo}' in 1 of them count as typos", schema.Columns[^1].Reason, StringComparison.Ordinal);
        Assert.Contains($"found '{typo}'", Assert.Single(report.Anomalies).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("churned", "stayed", 70, "churned")]
    [InlineData("ja", "nein", 70, "ja")]
    [InlineData("big", "small", 70, "small")]
    public async Task The_positive_class_has_a_usual_name_or_is_the_rarer_one(
        string common, string rare, int percent, string positive)
    {
        var text = Values(400, i => i % 100 < percent ? common : rare);

        Assert.Equal(positive, (await CsvText.SchemaAsync(text)).Positive);
        Assert.Equal(rare, (await CsvText.SchemaAsync(text, new ModelDefinition { Positive = rare })).Positive);
    }

    [Theory]
    [InlineData("3rd", "2nd", "1st")]
    [InlineData("1 star", "2 stars", "3 stars")]
    [InlineData("0-5", "6-10", "11-20")]
    [InlineData("1.0.1", "1.0.2", "1.1.0")]
    [InlineData("<=50K", ">50K", "A1")]
    [InlineData("31.12.2025", "12/31/2025", "2025-1-5")]
    [InlineData("$", "$$", "$$$")]
    public async Task Texts_with_digits_in_them_are_classes(params string[] classes) =>
        Assert.Equal(ModelTask.Multiclass, (await CsvText.SchemaAsync(Values(300, i => classes[i % 3]))).Task);

    [Fact]
    public async Task Equal_numbers_are_one_class_and_codes_are_not()
    {
        string[] written = ["1", "1.0", "0", "0.0", "1.00", "+1", "-0.0", "0."];
        var text = Values(400, i => written[i % 8]);
        var schema = await CsvText.SchemaAsync(text);
        var label = (CategoricalColumn)(await CsvText.ReadAsync(text, schema)).Table!.Find("price")!;
        Assert.Equal(ModelTask.Binary, schema.Task);
        Assert.Equal(["1", "0"], label.Values);
        Assert.Equal([0, 0, 1, 1, 0, 0, 1, 1], label.Codes[..8]);

        var codes = Values(400, i => i % 2 == 0 ? "01" : "1");
        Assert.Equal(
            ["01", "1"],
            ((CategoricalColumn)(await CsvText.ReadAsync(
                codes, await CsvText.SchemaAsync(codes))).Table!.Find("price")!).Values);
        var mixed = Values(400, i => i % 4 == 0 ? "beta" : written[i % 2]);
        Assert.Equal(
            ["beta", "1.0", "1"],
            ((CategoricalColumn)(await CsvText.ReadAsync(
                mixed, await CsvText.SchemaAsync(mixed))).Table!.Find("price")!).Values);
    }

    [Fact]
    public void Feedback_and_weights_find_a_class_however_it_is_written()
    {
        Assert.Equal(
            [0, 1, 1, -1, 1], new[] { "0", "1", "1.0", "2", "yes" }.Select(text => ClassNames.Find(["0", "1"], text)));
        Assert.Equal([1, -1], new[] { "1", "01" }.Select(text => ClassNames.Find(["0.0", "1.0"], text)));
        Assert.Equal(
            [0, 1, 1, -1], new[] { "No", " YES", "1", "2" }.Select(text => ClassNames.Find(["no", "yes"], text)));
        Assert.Equal(["0", "1"], ClassNames.Align(["0.0", "1.0"], ["0", "1"]));
        Assert.Equal(["no", "yes"], ClassNames.Align(["No", "YES"], ["no", "yes"]));
        Assert.Equal(["v1.0", "1"], ClassNames.Align(["v1.0", "1.0"], ["0", "1"]));
    }

    private static readonly NumberFormatInfo GermanNumbers =
        new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "." };

    private static ModelDefinition Declared =>
        new() { Features = [new FeatureDefinition { Name = "price", Type = ColumnType.Categorical }] };

    private static string Values(int rows, Func<int, string> label)
    {
        var random = new SplitMix64(3);
        return "x,colour,price\n" + string.Concat(Enumerable.Range(0, rows).Select(i =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{random.NextDouble():0.###},{(i % 3 == 0 ? "red" : "blue")},\"{label(i)}\"\n")));
    }
}
