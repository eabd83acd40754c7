using System.Globalization;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Inference;

/// <summary>Reads columns whose own cells are ambiguous, and reports the choice.</summary>
public class FormatDetectionTests
{
    [Fact]
    public async Task Another_columns_decimal_comma_decides_for_cells_that_fit_both()
    {
        var german = await ReadAsync("a;b;y\n" + Rows(i => $"1,{(i * 7 % 300) + 100};{i % 7},5;{i % 2}"));
        var english = await ReadAsync("a;b;y\n" + Rows(i => $"1,{(i * 7 % 300) + 100};{i % 7}.5;{i % 2}"));

        Assert.Equal(1.1f, Numbers(german.Table, "a")[0]);
        Assert.Equal(1100f, Numbers(english.Table, "a")[0]);
    }

    [Fact]
    public async Task Points_between_thousands_are_no_decimals_in_a_file_of_decimal_commas()
    {
        var (table, schema) = await ReadAsync("a;b;y\n" + Rows(i => $"{i + 1}.500;{i % 7},5;{i % 2}"));

        Assert.Equal(1500f, Numbers(table, "a")[0]);
        Assert.Equal("numbers with points between thousands", Column(schema, "a").Format);
    }

    [Fact]
    public async Task One_late_cell_decides_the_order_of_day_and_month()
    {
        var text = "d,y\n" + Rows(i => $"0{(i % 9) + 1}/0{(i % 7) + 1}/2025,{i % 2}") + "31/01/2025,1\n";
        var (table, schema) = await ReadAsync(text);

        Assert.StartsWith("dates with the day first", Column(schema, "d").Format, StringComparison.Ordinal);
        Assert.Equal(CellNotation.DayFirst, Column(schema, "d").Notation);
        var ticks = ((TimestampColumn)table.Find("d")!).Ticks;
        Assert.Equal(new DateTime(2025, 2, 2, 0, 0, 0, DateTimeKind.Utc).Ticks, ticks[1]);
    }

    [Fact]
    public async Task Days_and_months_that_could_be_swapped_are_called_ambiguous_and_model_json_decides()
    {
        var text = "d,y\n" + Rows(i => $"0{(i % 9) + 1}/0{(i % 7) + 1}/2025,{i % 2}");
        var definition = new ModelDefinition
        {
            Label = "y",
            Features = [new FeatureDefinition { Name = "d", Format = CellNotation.DayFirst }],
        };

        var said = Column((await ReadAsync(text)).Schema, "d").Format;
        Assert.Contains("ambiguous", said, StringComparison.Ordinal);
        Assert.Contains("\"format\": \"dayFirst\"", said, StringComparison.Ordinal);
        var (table, schema) = await ReadAsync(text, definition);
        Assert.DoesNotContain("ambiguous", Column(schema, "d").Format ?? "", StringComparison.Ordinal);
        Assert.Equal(
            new DateTime(2025, 3, 3, 0, 0, 0, DateTimeKind.Utc).Ticks, ((TimestampColumn)table.Find("d")!).Ticks[2]);
    }

    [Fact]
    public async Task A_repeated_word_among_numbers_is_missing_and_a_single_one_is_bad()
    {
        var text = "a,y\n" + Rows(i => $"{(i == 7 ? "oops" : i % 5 == 0 ? "n.d." : $"{i * 3}.5")},{i % 2}");
        var definition = new ModelDefinition { Label = "y", Validation = new ValidationSettings { MaxBadRows = 0.1 } };
        var schema = await CsvText.SchemaAsync(text, definition);
        var (table, report) = await CsvText.ReadAsync(text, schema, definition);

        Assert.Equal(ColumnType.Numeric, Column(schema, "a").Type);
        Assert.Contains("'n.d.' counts as missing", Column(schema, "a").Format, StringComparison.Ordinal);
        Assert.Equal(1, report.BadRows);
        Assert.Equal(60, Numbers(table!, "a").Count(float.IsNaN));
    }

    [Fact]
    public async Task Words_for_missing_do_not_hide_the_notation_of_the_other_cells()
    {
        var text = "paid;sold;y\n" + Rows(i =>
            $"{(i == 0 ? "maybe" : i % 3 == 0 ? "ja" : "nein")};{(i % 28) + 1:00}.01.2025;"
            + (i % 5 == 0 ? "offen" : $"{i % 4},5 €"));
        var schema = await CsvText.SchemaAsync(text, new ModelDefinition { Missing = ["offen"] });

        Assert.Equal(ModelTask.Regression, schema.Task);
        Assert.Equal(ColumnType.Boolean, Column(schema, "paid").Type);
        Assert.Equal(CellNotation.DayFirst, Column(schema, "sold").Notation);
    }

    [Theory]
    [InlineData(1, ColumnType.Boolean)]
    [InlineData(4, ColumnType.Categorical)]
    public async Task A_repeated_word_among_truths_is_a_category_and_a_single_one_is_bad(int times, ColumnType type)
    {
        var text = "a,x,y\n" + Rows(i => $"{(i < times ? "maybe" : i % 3 == 0 ? "yes" : "no")},{i % 7},{i % 2}");
        var schema = await CsvText.SchemaAsync(text);

        Assert.Equal(type, Column(schema, "a").Type);
        Assert.Equal(type == ColumnType.Boolean ? 1 : 0, (await CsvText.ReadAsync(text, schema)).Report.BadRows);
    }

    [Fact]
    public async Task A_power_of_ten_has_a_decimal_point_in_a_file_of_decimal_commas()
    {
        var (table, _) = await ReadAsync("a;b;y\n" + Rows(i => $"{i % 9}.{(i % 900) + 100}E-02;{i % 7},5;{i % 2}"));

        Assert.Equal(1.101e-2f, Numbers(table, "a")[1]);
    }

    [Theory]
    [InlineData("created at", 1_700_000_000, 86_399, "Unix seconds")]
    [InlineData("day", 20_250_101, 1, "dates of eight digits")]
    public async Task A_typo_does_not_make_moments_numbers(string name, long first, long step, string format)
    {
        var text = $"{name},y\n" + Rows(i => $"{(i == 9 ? "soon" : $"{first + (i % 28 * step)}")},{i % 2}");
        var column = Column(await CsvText.SchemaAsync(text), name);

        Assert.Equal((ColumnType.Timestamp, format), (column.Type, column.Format));
    }

    [Fact]
    public async Task A_typo_does_not_hide_that_a_column_is_ambiguous()
    {
        var text = "steps,y\n" + Rows(i => $"{(i == 9 ? "n.n." : $"{(i % 9) + 1}.{(i % 900) + 100}")},{i % 2}");

        Assert.Contains(
            "ambiguous", Column(await CsvText.SchemaAsync(text), "steps").Format, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0}.5 kg", "{0}00 g", "several units ('kg', 'g')")]
    [InlineData("{0}.5", "{0} or more", "others, such as")]
    [InlineData("2025-01-{0:00}", "week {0}", "others, such as 'week")]
    public async Task A_column_that_is_text_although_many_cells_are_measures_is_told(
        string most, string some, string why)
    {
        var text = "a,x,y\n" + Rows(i =>
            string.Format(CultureInfo.InvariantCulture, i % 3 == 0 ? some : most, (i % 28) + 1) + $",{i % 7},{i % 2}");
        var column = Column(await CsvText.SchemaAsync(text), "a");

        Assert.Equal(ColumnType.Categorical, column.Type);
        Assert.StartsWith("read as text: ", column.Format, StringComparison.Ordinal);
        Assert.Contains(why, column.Format, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_row_of_a_third_class_is_a_typo_in_a_small_file()
    {
        var rows = Enumerable.Range(0, 60).Select(i => $"{i % 7}.5,{(i % 3 == 0 ? "yes" : "no")}\n");
        var text = "x,y\n" + string.Concat(rows) + "3.5,rights reserved\n";

        Assert.Equal(ModelTask.Binary, (await CsvText.SchemaAsync(text)).Task);
    }

    [Fact]
    public async Task Words_that_model_json_calls_missing_are_missing()
    {
        var text = "a,b,y\n"
            + Rows(i => $"{(i % 9 == 0 ? "-999" : $"{i}")},{(i % 4 == 0 ? "unknown" : "red")},{i % 2}");
        var definition = new ModelDefinition
        {
            Label = "y",
            Missing = ["unknown"],
            Features = [new FeatureDefinition { Name = "a", Missing = ["-999"] }],
        };
        var (table, _) = await ReadAsync(text, definition);

        Assert.Equal(34, Numbers(table, "a").Count(float.IsNaN));
        Assert.Equal(["red"], ((CategoricalColumn)table.Find("b")!).Values);
    }

    [Fact]
    public async Task Fractions_below_one_are_no_codes()
    {
        var schema = await CsvText.SchemaAsync("a;y\n" + Rows(i => $"{i % 7};{i % 4},{i % 90 + 10}"));

        Assert.Equal(ModelTask.Regression, schema.Task);
    }

    [Theory]
    [InlineData("0{0:0000}", "begin with a zero")]
    [InlineData("A-{0}", "90 different texts")]
    public async Task Codes_are_no_numbers(string pattern, string reason)
    {
        var text = "code,x,y\n"
            + Rows(i => string.Format(CultureInfo.InvariantCulture, pattern, i % 90) + $",{i % 7},{i % 2}");
        var column = Column(await CsvText.SchemaAsync(text), "code");

        Assert.Equal(ColumnType.Categorical, column.Type);
        Assert.Contains(reason, column.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("customer_id")]
    [InlineData("orderNo")]
    [InlineData("Kundennummer")]
    public async Task An_id_by_its_name_is_not_learned_from(string name)
    {
        var text = $"{name},x,y\n" + Rows(i => $"{(i * 7919) % 100_003},{i % 7},{i % 2}");

        Assert.Equal(ColumnRole.Ignored, Column(await CsvText.SchemaAsync(text), name).Role);
        var renamed = await CsvText.SchemaAsync(text.Replace(name, "area", StringComparison.Ordinal));
        Assert.Equal(ColumnRole.Feature, Column(renamed, "area").Role);
    }

    [Fact]
    public async Task The_same_table_in_another_notation_gives_the_same_table()
    {
        var plain = await ReadAsync("sold,amount,paid,y\n"
            + Rows(i => $"2025-0{(i % 9) + 1}-1{i % 9},{Amount(i)},{i % 3 == 0},{i % 2}"));
        var german = await ReadAsync("sold;amount;paid;y\n" + Rows(i =>
            $"1{i % 9}.0{(i % 9) + 1}.2025;{Amount(i).Replace('.', ',')} €;{(i % 3 == 0 ? "ja" : "nein")};{i % 2}"));

        Assert.Equal(plain.Table.RowHashes, german.Table.RowHashes);
        Assert.Equal(
            plain.Schema.Columns.Select(c => (c.Type, c.Role)), german.Schema.Columns.Select(c => (c.Type, c.Role)));

        static string Amount(int row) => (row * 1.25).ToString("0.00", CultureInfo.InvariantCulture);
    }

    private static string Rows(Func<int, string> row) =>
        string.Concat(Enumerable.Range(0, 300).Select(i => row(i) + "\n"));

    private static async Task<(Table Table, DatasetSchema Schema)> ReadAsync(
        string text, ModelDefinition? definition = null)
    {
        var schema = await CsvText.SchemaAsync(text, definition);
        var (table, report) = await CsvText.ReadAsync(text, schema, definition);
        Assert.Null(report.Rejection);
        return (table!, schema);
    }

    private static ColumnSchema Column(DatasetSchema schema, string name) => schema.Columns.Single(c => c.Name == name);

    private static float[] Numbers(Table table, string name) => ((NumericColumn)table.Find(name)!).Values;
}
