using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Reading;

public class DatasetReaderTests
{
    [Fact]
    public async Task Values_become_typed_columns()
    {
        var text = "a,b,c,d,y\n"
            + string.Concat(Enumerable.Repeat("1.5,x,yes,2020-01-02,0\n,,NA,?,1\n1e300,z,no,2020-01-03,0\n", 5));
        var schema = await CsvText.SchemaAsync(text);

        var table = (await CsvText.ReadAsync(text, schema)).Table!;

        Assert.Equal([1.5f, float.NaN, float.MaxValue], Assert.IsType<NumericColumn>(table.Find("a")).Values[..3]);
        var b = Assert.IsType<CategoricalColumn>(table.Find("b"));
        Assert.Equal(["x", "z"], b.Values);
        Assert.Equal([0, -1, 1], b.Codes[..3]);
        var c = Assert.IsType<NumericColumn>(table.Find("c"));
        Assert.Equal((ColumnType.Boolean, 1f, float.NaN, 0f), (c.Type, c.Values[0], c.Values[1], c.Values[2]));
        Assert.Equal(TimestampColumn.Missing, Assert.IsType<TimestampColumn>(table.Find("d")).Ticks[1]);
        Assert.Equal(["0", "1"], Assert.IsType<CategoricalColumn>(table.Find("y")).Values);
        Assert.Equal(15, table.RowCount);
    }

    [Theory]
    [InlineData("abc,red,2020-01-01,5",
        "FLOAT_TYPE_STRING_NOT_FLOAT at line 12, column 'size': expected a number, found 'abc'")]
    [InlineData(
        "inf,red,2020-01-01,5", "FLOAT_TYPE_HAS_INF at line 12, column 'size': expected a finite number, found 'inf'")]
    [InlineData(
        "-1,red,2020-01-01,5", "FLOAT_TYPE_SMALL_FLOAT at line 12, column 'size': expected at least 0, found '-1'")]
    [InlineData(
        "101,red,2020-01-01,5", "FLOAT_TYPE_BIG_FLOAT at line 12, column 'size': expected at most 100, found '101'")]
    [InlineData(
        "?,red,2020-01-01,5", "FEATURE_TYPE_LOW_NUMBER_VALUES at line 12, column 'size': expected a value, found '?'")]
    [InlineData(
        "1,pink,2020-01-01,5",
        "ENUM_TYPE_UNEXPECTED_STRING_VALUES at line 12, column 'colour': "
        + "expected one of 'red', 'green', 'blue', found 'pink'")]
    [InlineData(
        "1,red,2020-02-30,5",
        "UNEXPECTED_DATA_TYPE at line 12, column 'sold': "
        + "expected a timestamp such as 2012-01-31 or 2012-01-31T10:20:30Z, found '2020-02-30'")]
    [InlineData(
        "1,red,2020-01-01,x", "FLOAT_TYPE_STRING_NOT_FLOAT at line 12, column 'price': expected a number, found 'x'")]
    [InlineData("1,red,2020-01-01,1e39",
        "FLOAT_TYPE_BIG_FLOAT at line 12, column 'price': expected a number in the range of a float, found '1e39'")]
    [InlineData("1,red,2020-01-01", "CSV_FIELD_COUNT at line 12: expected 4 fields, found 3")]
    [InlineData("1,red,2020-01-01,5,6", "CSV_FIELD_COUNT at line 12: expected 4 fields, found 5")]
    [InlineData("1,\"red\"x,2020-01-01,5",
        "CSV_STRAY_QUOTE at line 12: expected a delimiter after a closing quote, found '1,\"red\"x,2020-01-01,5'")]
    public async Task A_bad_row_is_quarantined_with_its_line_column_expected_and_found(string bad, string anomaly)
    {
        var lines = CsvText.Shop(60).Split('\n');
        var text = string.Join('\n', [.. lines[..11], bad, .. lines[11..]]);
        var schema = await CsvText.SchemaAsync(CsvText.Shop(60), CsvText.ShopDefinition);
        using var quarantine = new MemoryStream();

        var result = await CsvText.ReadAsync(text, schema, CsvText.ShopDefinition, quarantine);

        Assert.Equal(anomaly, Assert.Single(result.Report.Anomalies).ToString());
        Assert.Equal((61, 1, 60), (result.Report.Rows, result.Report.BadRows, result.Table!.RowCount));
        Assert.Equal($"{lines[0]}\n{bad}\n", Encoding.UTF8.GetString(quarantine.ToArray()));
        Assert.DoesNotContain("pink", ((CategoricalColumn)result.Table.Find("colour")!).Values);
    }

    [Fact]
    public async Task A_broken_boolean_is_reported()
    {
        var text = "flag,y\n" + string.Concat(Enumerable.Repeat("true,1\nNO,0\n", 30)) + "maybe,1\n";
        var definition =
            new ModelDefinition { Features = [new FeatureDefinition { Name = "flag", Type = ColumnType.Boolean }] };
        var result = await CsvText.ReadAsync(text, await CsvText.SchemaAsync(text, definition), definition);

        Assert.Equal(
            "BOOL_TYPE_UNEXPECTED_STRING at line 62, column 'flag': expected true or false, found 'maybe'",
            Assert.Single(result.Report.Anomalies).ToString());
    }

    [Fact]
    public async Task Nothing_is_quarantined_where_every_row_is_good()
    {
        var opened = false;
        var text = CsvText.Shop(20);
        var result = await DatasetReader.ReadAsync(
            new MemoryStream(CsvText.Utf8(text)),
            new DatasetReadOptions("file.csv", await CsvText.SchemaAsync(text), new()) { Quarantine = Open },
            TestContext.Current.CancellationToken);

        Assert.True(result.Report.Accepted);
        Assert.Empty(result.Report.Anomalies);
        Assert.False(opened);

        Stream Open()
        {
            opened = true;
            return new MemoryStream();
        }
    }

    [Fact]
    public async Task Beyond_a_hundred_single_rows_are_counted()
    {
        var text = new StringBuilder(CsvText.Shop(5_000));
        for (var i = 0; i < 150; i++) text.Append("x,red,2020-01-01,5\n");
        for (var i = 0; i < 50; i++) text.Append("1,red\n");

        var schema = await CsvText.SchemaAsync(CsvText.Shop(60), CsvText.ShopDefinition);
        var report = (await CsvText.ReadAsync(text.ToString(), schema, CsvText.ShopDefinition)).Report;

        Assert.True(report.Accepted);
        Assert.Equal(200, report.BadRows);
        Assert.Equal(102, report.Anomalies.Count);
        Assert.Equal(200, report.Anomalies.Sum(a => a.Count));
        Assert.Equal("FLOAT_TYPE_STRING_NOT_FLOAT at line 5102, column 'size': expected a number, found 'x' (50 rows)",
            report.Anomalies[100].ToString());
        Assert.Equal(
            "CSV_FIELD_COUNT at line 5152: expected 4 fields, found 2 (50 rows)", report.Anomalies[101].ToString());
    }

    [Fact]
    public async Task Columns_are_found_by_name_in_any_order()
    {
        var text = CsvText.Shop(50);
        var schema = await CsvText.SchemaAsync(text);
        var turned = string.Join(
            '\n', text.TrimEnd().Split('\n').Select(l => string.Join(',', l.Split(',').Reverse())));

        var one = (await CsvText.ReadAsync(text, schema)).Table!;
        var other = (await CsvText.ReadAsync(turned, schema)).Table!;

        Assert.Equal(one.RowHashes, other.RowHashes);
        Assert.Equal(one.Columns.Select(c => c.Name), other.Columns.Select(c => c.Name));
        Assert.Equal(((NumericColumn)one.Find("size")!).Values, ((NumericColumn)other.Find("size")!).Values);
    }

    [Fact]
    public async Task A_new_column_is_noted_and_not_used()
    {
        var schema = await CsvText.SchemaAsync(CsvText.Shop(50));
        var wider = string.Join(
            '\n', CsvText.Shop(50).TrimEnd().Split('\n').Select((l, i) => i == 0 ? l + ",extra" : l + ",9"));

        var result = await CsvText.ReadAsync(wider, schema);

        Assert.Equal(("SCHEMA_NEW_COLUMN", AnomalySeverity.Warning, "extra"), Only(result.Report));
        Assert.Null(result.Table!.Find("extra"));
    }

    [Fact]
    public async Task A_missing_feature_is_noted_and_counts_as_missing_in_every_row()
    {
        var schema = await CsvText.SchemaAsync(CsvText.Shop(50));
        var narrower = string.Join('\n', CsvText.Shop(50).TrimEnd().Split('\n').Select(l => l[(l.IndexOf(',') + 1)..]));

        var result = await CsvText.ReadAsync(narrower, schema);

        Assert.True(result.Report.Accepted);
        Assert.Equal(
            ["SCHEMA_MISSING_COLUMN", "FEATURE_TYPE_NOT_PRESENT"], result.Report.Anomalies.Select(a => a.Code));
        Assert.All(((NumericColumn)result.Table!.Find("size")!).Values, v => Assert.True(float.IsNaN(v)));
    }

    [Theory]
    [InlineData("size", "Expected column 'size', found only the columns 'colour', 'sold', 'price'.")]
    [InlineData("price", "Expected the label column 'price', found only the columns 'size', 'colour', 'sold'.")]
    public async Task A_missing_required_column_or_label_rejects_the_file(string column, string expected)
    {
        var schema = await CsvText.SchemaAsync(CsvText.Shop(50), CsvText.ShopDefinition);
        var lines = CsvText.Shop(50).TrimEnd().Split('\n').Select(l => l.Split(',')).ToList();
        var at = Array.IndexOf(lines[0], column);
        var text = string.Join('\n', lines.Select(l => string.Join(',', l.Where((_, i) => i != at))));

        var report = (await CsvText.ReadAsync(text, schema, CsvText.ShopDefinition)).Report;

        Assert.Equal(expected, report.Rejection);
        Assert.Equal(("SCHEMA_MISSING_COLUMN", AnomalySeverity.Error, column), Only(report));
        Assert.Equal("", report.ContentHash);
    }

    [Theory]
    [InlineData("", "Expected a header or rows, found an empty file.")]
    [InlineData("\n\n", "Expected a header or rows, found an empty file.")]
    [InlineData("a,b\n", "Expected rows of data, found none behind the header.")]
    [InlineData("a,b,a\n1,2,3\n", "Expected column names that differ, found 'a' 2 times.")]
    [InlineData("a,b\n1,2\n2,3\n3,4\n", "Expected at least 10 usable rows, found 3.")]
    [InlineData("a,\"b\n1,2\n", "Expected a header whose quotes are closed, found 'a,\"b'.")]
    [InlineData("a,b\n1\n2\n",
        "Expected rows of data, found 2 bad ones; the first is CSV_FIELD_COUNT at line 2: expected 2 fields, found 1.")]
    public async Task A_file_that_is_no_data_set_is_rejected_in_one_sentence(string text, string expected)
    {
        Assert.Equal(expected, (await CsvText.DropAsync(text)).Rejection);
    }

    [Theory]
    [InlineData("7", "Expected different values in the label 'y', found the same value in every row.")]
    [InlineData("yes", "Expected different values in the label 'y', found the same value in every row.")]
    [InlineData("1.5", "Expected different values in the label 'y', found the same value in every row.")]
    public async Task One_constant_label_is_rejected(string label, string expected)
    {
        var text = "a,y\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{(i * i) % 7},{label}\n"));

        Assert.Equal(expected, (await CsvText.DropAsync(text)).Rejection);
    }

    [Fact]
    public async Task Rows_without_label_are_left_out_and_counted_and_not_bad()
    {
        var lines = CsvText.Shop(60).TrimEnd().Split('\n');
        var unlabelled = Enumerable.Range(0, 200).Select(_ => "1,red,2020-01-01,");
        var text = string.Join('\n', [.. lines[..11], .. unlabelled, .. lines[11..]]);

        var (table, report) = await CsvText.ReadAsync(
            text, await CsvText.SchemaAsync(text, CsvText.ShopDefinition), CsvText.ShopDefinition);

        Assert.Equal((260, 0, 200, 60), (report.Rows, report.BadRows, report.Unlabelled, table!.RowCount));
        Assert.Contains(
            "found none in 200 of 260 rows, which are left out",
            Assert.Single(report.Anomalies).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_third_class_in_a_binary_task_is_rejected()
    {
        var schema = await CsvText.SchemaAsync(
            "a,y\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{i % 7},{"no yes".Split(' ')[i % 2]}\n")));
        var later = "a,y\n"
            + string.Concat(Enumerable.Range(0, 30).Select(i => $"{i % 7},{"no yes perhaps".Split(' ')[i % 3]}\n"));

        var report = (await CsvText.ReadAsync(later, schema)).Report;

        Assert.Equal(
            "Expected at most 5% bad rows, found 10 of 30 (33.33%); the first is ENUM_TYPE_UNEXPECTED_STRING_VALUES at "
                + "line 4, column 'y': expected one of 'no', 'yes', found 'perhaps'.",
            report.Rejection);
    }

    [Fact]
    public async Task More_bad_rows_than_allowed_reject_the_file_and_name_the_first()
    {
        var text = CsvText.Shop(95) + string.Concat(Enumerable.Repeat("x,red,2020-01-01,5\n", 6));
        var schema = await CsvText.SchemaAsync(CsvText.Shop(95), CsvText.ShopDefinition);

        var strict = (await CsvText.ReadAsync(text, schema, CsvText.ShopDefinition)).Report;
        var lenient = (await CsvText.ReadAsync(
            text, schema, CsvText.ShopDefinition with { Validation = new() { MaxBadRows = 0.06 } })).Report;

        Assert.Equal(
            "Expected at most 5% bad rows, found 6 of 101 (5.94%); "
                + "the first is FLOAT_TYPE_STRING_NOT_FLOAT at line 97, "
                + "column 'size': expected a number, found 'x'.",
            strict.Rejection);
        Assert.True(lenient.Accepted);
    }

    [Fact]
    public async Task An_ignored_time_column_still_orders_the_rows()
    {
        var definition =
            new ModelDefinition { Time = "sold", Features = [new FeatureDefinition { Name = "sold", Ignored = true }] };
        var text = CsvText.Shop(30) + "1,red,,5\n";
        var schema = await CsvText.SchemaAsync(text, definition);
        var result = await CsvText.ReadAsync(text, schema, definition);

        Assert.DoesNotContain("sold", schema.Features.Select(f => f.Name));
        Assert.Equal(30, Assert.IsType<TimestampColumn>(result.Table!.Find("sold")).Count);
        Assert.Equal(1, result.Report.BadRows);
    }

    [Fact]
    public async Task A_fault_of_the_storage_is_an_exception_and_no_report()
    {
        var schema = await CsvText.SchemaAsync(CsvText.Shop(30));

        await Assert.ThrowsAsync<IOException>(() => DatasetReader.ReadAsync(
            new FailingStream(),
            new DatasetReadOptions("file.csv", schema, new()),
            TestContext.Current.CancellationToken));
    }

    private static (string Code, AnomalySeverity Severity, string? Column) Only(ValidationReport report)
    {
        var anomaly = Assert.Single(report.Anomalies);
        return (anomaly.Code, anomaly.Severity, anomaly.Column);
    }

    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("The disk is gone.");
    }
}
