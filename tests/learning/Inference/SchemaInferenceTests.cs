using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Inference;

public class SchemaInferenceTests
{
    [Theory]
    [InlineData("1 2.5 -3 1e5 ?", ColumnType.Numeric)]
    [InlineData("+1 2 NA null 4", ColumnType.Numeric)]
    [InlineData("true false TRUE false true", ColumnType.Boolean)]
    [InlineData("yes no yes no", ColumnType.Boolean)]
    [InlineData("t f t f", ColumnType.Boolean)]
    [InlineData("2012-01-01 2012-01-05 2012-01-03 2012-01-02", ColumnType.Timestamp)]
    [InlineData("2012-01-01T10:20:30Z 2001/01/01T00:47", ColumnType.Timestamp)]
    [InlineData("a b c", ColumnType.Categorical)]
    [InlineData("1 2 x", ColumnType.Categorical)]
    [InlineData("None 1 2", ColumnType.Numeric)]
    [InlineData("yes no maybe", ColumnType.Categorical)]
    [InlineData("0 1 0 1", ColumnType.Numeric)]
    public async Task A_type_follows_from_the_values(string values, ColumnType type)
    {
        var schema = await CsvText.SchemaAsync(WithLabel("v", values.Split(' '), 40));

        Assert.Equal((type, ColumnRole.Feature), (schema.Columns[0].Type, schema.Columns[0].Role));
    }

    [Fact]
    public async Task A_typo_among_numbers_makes_a_bad_row_and_no_category()
    {
        var text = WithLabel("v", [.. Enumerable.Range(0, 37).Select(i => $"{(i * i) % 50}"), "3O"], 38);

        var schema = await CsvText.SchemaAsync(text);
        var report = (await CsvText.ReadAsync(text, schema)).Report;

        Assert.Equal(ColumnType.Numeric, schema.Columns[0].Type);
        Assert.Equal("numbers in 37 of 38 sampled values; others, such as '3O', are bad", schema.Columns[0].Reason);
        Assert.Equal("FLOAT_TYPE_STRING_NOT_FLOAT at line 39, column 'v': expected a number, found '3O'",
            Assert.Single(report.Anomalies).ToString());
    }

    [Theory]
    [InlineData("?", "no value in 400 sampled rows")]
    [InlineData("x", "the same value in all of 400 sampled rows")]
    [InlineData("n{0}", "like an id or free text: 400 different texts in 400 sampled values")]
    [InlineData("{0}", "counts the rows")]
    public async Task A_column_that_tells_nothing_is_ignored_with_a_reason(string pattern, string reason)
    {
        var text = WithLabel("v", [.. Enumerable.Range(100, 400).Select(i => string.Format(pattern, i))], 400);

        var schema = await CsvText.SchemaAsync(text);

        Assert.Equal((ColumnRole.Ignored, reason), (schema.Columns[0].Role, schema.Columns[0].Reason));
    }

    [Fact]
    public async Task A_counting_column_is_found_in_a_file_larger_than_the_sample()
    {
        var text = "n,x,y\n"
            + string.Concat(Enumerable.Range(0, 130_000).Select(i => $"{i},{(i * 7919) % 1009},{(i * 31) % 2}\n"));

        var schema = await CsvText.SchemaAsync(text);

        Assert.Equal("counts the rows", schema.Columns[0].Reason);
        Assert.Equal(ColumnRole.Feature, schema.Columns[1].Role);
    }

    [Fact]
    public async Task A_class_that_is_rare_and_late_is_not_missed()
    {
        var text = "x,y\n" + string.Concat(Enumerable.Range(0, 120_000)
            .Select(i => $"{(i * 7919) % 1009},{(i > 119_996 ? "c" : i % 2 == 0 ? "a" : "b")}\n"));

        Assert.Equal(ModelTask.Multiclass, (await CsvText.SchemaAsync(text)).Task);
    }

    [Theory]
    [InlineData("a b", ModelTask.Binary)]
    [InlineData("0 1", ModelTask.Binary)]
    [InlineData("3 7 ?", ModelTask.Binary)]
    [InlineData("a b c", ModelTask.Multiclass)]
    [InlineData("1 2 3 4 5", ModelTask.Multiclass)]
    [InlineData("0.5 1", ModelTask.Regression)]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21", ModelTask.Regression)]
    public async Task The_task_follows_from_the_label(string labels, ModelTask task)
    {
        var all = labels.Split(' ');
        var text = "x,y\n"
            + string.Concat(Enumerable.Range(0, 200).Select(i => $"{(i * i) % 23},{all[i % all.Length]}\n"));

        var schema = await CsvText.SchemaAsync(text);

        Assert.Equal(("y", task), (schema.Label, schema.Task));
        var type = task == ModelTask.Regression ? ColumnType.Numeric : ColumnType.Categorical;
        Assert.Equal(type, schema.Columns[1].Type);
    }

    [Fact]
    public async Task Numbers_of_more_digits_than_are_kept_are_told_and_a_label_of_them_is_refused()
    {
        string Rows(long x, long y) => "x,y\n" + string.Concat(
            Enumerable.Range(0, 300).Select(i => $"{x + (i * 7919 % 1000)},{y + (i * 31 % 100)}\n"));

        var told = await CsvText.SchemaAsync(Rows(16_777_000, 5));
        var refused = await CsvText.InferAsync(Rows(5, 1_600_000_000));

        Assert.Equal(
            "numbers in all of 300 sampled values; whole numbers above 16,777,216 are rounded to seven digits",
            told.Columns[0].Reason);
        Assert.Equal(
            "Expected numbers that differ in their first seven digits in the label 'y', as no more are kept: subtract "
                + "one number, such as 1600000000, from all of them, found 1600000000 to 1600000099.",
            refused.Rejection!.Rejection);
        Assert.Null((await CsvText.InferAsync(Rows(5, 1_600_000))).Rejection);
    }

    [Fact]
    public async Task A_label_with_noise_has_no_leak()
    {
        var schema = await CsvText.SchemaAsync(CsvText.Shop(500));

        Assert.Equal(["size", "colour", "sold"], schema.Features.Select(f => f.Name));
    }

    [Fact]
    public async Task Another_spelling_of_the_class_leaks_and_a_coarser_one_does_not()
    {
        string[] classes = ["low", "mid", "high"];
        var text = "x,code,fine,y\n" + string.Concat(
            Enumerable.Range(0, 300).Select(i => $"{(i * i) % 23},{10 + (i % 3)},{i % 6},{classes[i % 3]}\n"));

        var schema = await CsvText.SchemaAsync(text);

        Assert.Equal(["x", "fine"], schema.Features.Select(f => f.Name));
        Assert.Equal("gives the label away: it has one value for each of y", schema.Columns[1].Reason);
    }

    [Fact]
    public async Task What_the_owner_names_is_kept_as_the_owner_says()
    {
        var definition = new ModelDefinition
        {
            Features =
            [
                new FeatureDefinition { Name = "n" },
                new FeatureDefinition { Name = "size", Type = ColumnType.Categorical },
                new FeatureDefinition { Name = "colour", Ignored = true, Comment = "sensitive" },
            ],
        };
        var lines = CsvText.Shop(200).TrimEnd().Split('\n').Select((l, i) => i == 0 ? "n," + l : $"{i},{l}");

        var schema = await CsvText.SchemaAsync(string.Join('\n', lines), definition);

        Assert.Equal(["n", "size", "sold"], schema.Features.Select(f => f.Name));
        Assert.Equal(ColumnType.Categorical, schema.Columns[1].Type);
        Assert.Equal("sensitive", schema.Columns[2].Reason);
    }

    [Fact]
    public async Task The_only_timestamp_column_orders_the_rows_if_they_are_sorted()
    {
        var lines = CsvText.Shop(50).TrimEnd().Split('\n');

        Assert.Equal("sold", (await CsvText.SchemaAsync(string.Join('\n', lines))).Time);
        Assert.Equal(
            "sold", (await CsvText.SchemaAsync(string.Join('\n', [lines[0], .. lines[1..].Reverse()]))).Time);
        var shuffled = lines[1..].OrderBy(l => l[^2]).ThenBy(l => l.Length);
        Assert.Null((await CsvText.SchemaAsync(string.Join('\n', [lines[0], .. shuffled]))).Time);
    }

    [Theory]
    [InlineData("39,x,2\n38,y,1\n", "the number '39'")]
    [InlineData("red,big,yes\nred,small,no\nblue,big,yes\n", "only words that are values further down")]
    public async Task A_first_row_of_data_is_not_taken_for_names(string text, string found)
    {
        var rejection = (await CsvText.InferAsync(text)).Rejection!;

        Assert.Equal(
            $"Expected column names in the first row, found {found}, which looks like data; "
                + "where files have no header, set "
                + "\"columns\" to their names in model.json, and \"header\": true where these are the names.",
            rejection.Rejection);
        Assert.Equal("CSV_HEADER_LOOKS_LIKE_DATA", Assert.Single(rejection.Anomalies).Code);
    }

    [Fact]
    public async Task Numbers_may_be_names_and_columns_without_a_header_are_numbered()
    {
        var rows = string.Concat(Enumerable.Range(0, 30).Select(i => $"{(i * i) % 17},{i % 2}\n"));

        var named = await CsvText.SchemaAsync("2019,2020\n" + rows, new ModelDefinition { Header = true });
        var numbered = await CsvText.SchemaAsync(rows, new ModelDefinition { Header = false });
        var given = await CsvText.SchemaAsync(rows, new ModelDefinition { Columns = ["p", "q"] });

        Assert.Equal(["2019", "2020"], named.Columns.Select(c => c.Name));
        Assert.Equal(["column1", "column2"], numbered.Columns.Select(c => c.Name));
        Assert.Equal(["p", "q"], given.Columns.Select(c => c.Name));
    }

    [Theory]
    [InlineData("turnover", null, null, null,
        "Expected the label column 'turnover', found only the columns 'size', 'colour', 'sold', 'price'.")]
    [InlineData(null, "when", null, null,
        "Expected the time column 'when', found only the columns 'size', 'colour', 'sold', 'price'.")]
    [InlineData(
        null, "colour", null, null,
        "In the column 'colour': expected timestamps or numbers in the time column, found 'red'.")]
    [InlineData(
        "colour", null, null, "rmse",
        "Expected one of the metrics 'accuracy', 'macroF1', 'logLoss' in model.json, as the task is multiclass, "
        + "found 'rmse'.")]
    [InlineData("colour", null, ModelTask.Regression, null,
        "Expected numbers in the label 'colour', as the task is regression, found 'red'.")]
    public async Task A_definition_that_the_file_cannot_meet_is_reported(
        string? label, string? time, ModelTask? task, string? metric, string expected)
    {
        var definition = new ModelDefinition { Label = label, Time = time, Task = task, Metric = metric };

        Assert.Equal(expected, (await CsvText.InferAsync(CsvText.Shop(50), definition)).Rejection?.Rejection);
    }

    [Fact]
    public async Task A_file_with_nothing_to_learn_from_is_rejected_with_the_reasons()
    {
        var text = "n,k,y\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i},x,{i % 2}\n"));

        Assert.Equal(
            "Expected at least one column to learn from, found only useless columns beside the label: "
                + "n (counts the rows); "
                + "k (the same value in all of 200 sampled rows); columns named under features in model.json are kept.",
            (await CsvText.InferAsync(text)).Rejection!.Rejection);
    }

    [Fact]
    public async Task Inferring_again_with_the_written_definition_gives_the_same_columns()
    {
        var random = new SplitMix64(5);
        var text = "n,when,kind,a,b,y\n" + string.Concat(Enumerable.Range(0, 300).Select(i =>
        {
            var (a, b) = (random.NextInt32(1000), random.NextInt32(1000));
            return $"{i},2020-01-01T{i / 60:00}:{i % 60:00},k{random.NextInt32(4)},{a},{b},{a + b}\n";
        }));
        var schema = await CsvText.SchemaAsync(text);

        var written = ModelDefinitionReader.ToJson(InferredDefinition.From(schema, new ModelDefinition()));
        var read = ModelDefinitionReader.Read(CsvText.Utf8(written)).Definition!;
        var again = await CsvText.SchemaAsync(text, read);

        Assert.Equal(Essence(schema), Essence(again));
        Assert.Equal(written, ModelDefinitionReader.ToJson(InferredDefinition.From(again, read)));

        static IEnumerable<object?> Essence(DatasetSchema s) =>
            [s.Label, s.Task, s.Time, s.Id, .. s.Columns.Select(c => (object)(c.Name, c.Type, c.Role))];
    }

    private static string WithLabel(string name, string[] values, int rows) => $"{name},other,y\n" + string.Concat(
        Enumerable.Range(0, rows).Select(i => $"{values[i % values.Length]},{(i * i) % 13},{(i * 7 / 3) % 2}\n"));
}
