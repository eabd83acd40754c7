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
    public async Task A_label_of_many_numbers_in_another_notation_is_refused_with_the_remedy(
        string format, string point, string thousands)
    {
        await using var product = new Product();
        var notation = new NumberFormatInfo { NumberDecimalSeparator = point, NumberGroupSeparator = thousands };
        var values = Values(300, i => string.Format(notation, format, 1000 + (i * 1.37)));
        string?[] definitions =
        [
            null, """{"label": "price"}""", """{"label": "price", "task": "regression"}""",
            """{"label": "price", "task": "multiclass"}""",
        ];
        foreach (var definition in definitions)
        {
            var record = await product.TrainAsync("prices", "a.csv", values, definition);
            Assert.Equal(RunOutcome.Rejected, record.Outcome);
            Assert.Contains(
                "Expected numbers with a decimal point, such as 1234.5, in the label 'price', found '",
                record.Message,
                StringComparison.Ordinal);
            Assert.Contains(
                "in line 2, and 300 of 300 values like it. Export the column without currency",
                record.Message,
                StringComparison.Ordinal);
            Assert.Contains(
                "\"features\": [{\"name\": \"price\", \"type\": \"categorical\"}]",
                record.Message,
                StringComparison.Ordinal);
            Assert.Equal(2, record.Reports[0].Anomalies.Last(a => a.Column == "price").Row);
        }
    }

    [Fact]
    public async Task Thousands_separators_in_a_few_rows_are_refused_as_the_largest_values_would_be_lost()
    {
        var text = Values(300, i => (900 + (i * 0.35)).ToString("#,##0.00", CultureInfo.InvariantCulture));
        var rejection = (await CsvText.InferAsync(text)).Rejection!.Rejection;
        Assert.Contains(
            "found '1,000.10' in line 288, and 14 of 300 values like it", rejection, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Percentages_are_classes_only_where_model_json_says_so()
    {
        var text = Values(300, i => $"{5 * (1 + (i % 3))}%");
        Assert.Contains(
            "'5%' in line 2", (await CsvText.InferAsync(text)).Rejection!.Rejection, StringComparison.Ordinal);
        Assert.Equal(
            ModelTask.Multiclass,
            (await CsvText.SchemaAsync(text, new ModelDefinition { Task = ModelTask.Multiclass })).Task);
        Assert.Equal(ModelTask.Multiclass, (await CsvText.SchemaAsync(text, Declared)).Task);

        // Even many of them, where the column is said to be classes.
        Assert.Equal(ModelTask.Multiclass, (await CsvText.SchemaAsync(Values(300, i => $"${i % 40}"), Declared)).Task);
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
            [0, 1, 1, -1, -1], new[] { "0", "1", "1.0", "2", "yes" }.Select(text => ClassNames.Find(["0", "1"], text)));
        Assert.Equal([1, -1], new[] { "1", "01" }.Select(text => ClassNames.Find(["0.0", "1.0"], text)));
        Assert.Equal(["0", "1"], ClassNames.Unify(["0.0", "1.0"]));
        Assert.Equal(["1", "1.0"], ClassNames.Unify(["1", "1.0"]));
        Assert.Equal(["v1.0", "1.0"], ClassNames.Unify(["v1.0", "1.0"]));
    }

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
