using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Reading;

/// <summary>What a part holds, as DuckDB reads it.</summary>
public sealed class PartTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".parquet");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Each_column_has_the_type_of_all_its_cells()
    {
        var text = Rows(
            "day;moment;fine;whole;share;zip;done;huge;label",
            i => $"{1 + (i % 28):00}.03.2025;2025-03-01 10:00:{i % 60:00};2025-03-01T10:00:00.{i:0000000}Z;"
                + $"{i * 7};{i},5;0{1000 + i};{(i % 3 == 0 ? "ja" : "nein")};{9007199254740993 + i};"
                + $"{(i % 2 == 0 ? "yes" : "no")}");

        await WriteAsync(text);

        Assert.Equal(
            "day DATE, moment TIMESTAMP WITH TIME ZONE, fine VARCHAR, whole BIGINT, share DOUBLE, zip VARCHAR, "
            + "done VARCHAR, huge BIGINT, label VARCHAR",
            string.Join(", ", Query("describe select * from part").Select(r => $"{r[0]} {r[1]}")));
        Assert.Equal(
            "2025-03-02|2025-03-01 10:00:01|2025-03-01T10:00:00.0000001Z|7|1.5|01001|nein|9007199254740994|no",
            string.Join('|', Query("select * replace(strftime(day, '%Y-%m-%d') as day, "
                + "strftime(moment at time zone 'UTC', '%Y-%m-%d %H:%M:%S') as moment) "
                + "from part limit 1 offset 1")[0]));
    }

    [Fact]
    public async Task Bad_rows_and_rows_without_label_stay_out_and_missing_cells_are_null()
    {
        var text = Rows(
            "size,colour,price",
            i => $"{(i == 5 ? "broken" : i == 6 ? "NA" : i)},{(i == 7 ? "" : "red")},{(i == 8 ? "" : $"{i}.25")}");

        await WriteAsync(text);

        Assert.Equal(
            [["298", "297", "297", "298"]],
            Query("select count(*), count(size), count(colour), count(price) from part"));
        Assert.Equal(
            ["0", "1", "2", "3", "4", "9"],
            Query("select size from part where size is not null and colour is not null limit 6").Select(r => r[0]));
    }

    [Fact]
    public async Task Columns_that_are_left_out_are_kept_typed()
    {
        var text = Rows(
            "row,const,typo,note,price",
            i => $"{i},1.5,{(i == 250 ? "twelve" : i)},\" a {i} \",{i * 37 % 101}.5");
        var definition = new ModelDefinition
        {
            Features =
            [
                new FeatureDefinition { Name = "typo", Ignored = true }, new FeatureDefinition { Name = "note" },
            ],
        };

        await WriteAsync(text, definition);

        Assert.Equal(
            ["row BIGINT", "const DOUBLE", "typo VARCHAR", "note VARCHAR", "price DOUBLE"],
            Query("describe select * from part").Select(r => $"{r[0]} {r[1]}"));
        Assert.Equal(
            [["250", "1.5", "twelve", " a 250 "]],
            Query("select row, const, typo, note from part where row = 250"));
        Assert.Equal(" a 250 ", await CellAsync(250, 3));
    }

    [Fact]
    public async Task A_new_column_is_typed_by_its_cells()
    {
        var first = Rows("size,price", i => $"{i % 50},{i}.5");
        var schema = await CsvText.SchemaAsync(first);
        var later = Rows(
            "size,amount,zip,seen,price",
            i => $"{i % 50},{i}.25,{(i == 3 ? "03000" : 10_000 + i)},2025-01-0{1 + (i % 9)},{i}.5");

        await WriteAsync(later, new ModelDefinition(), schema);

        Assert.Equal(
            ["size BIGINT", "amount DOUBLE", "zip VARCHAR", "seen DATE", "price DOUBLE"],
            Query("describe select * from part").Select(r => $"{r[0]} {r[1]}"));
    }

    [Fact]
    public async Task A_rejected_file_opens_no_part()
    {
        var text = Rows("size,price", i => i % 3 == 0 ? $"{i % 7},{i * 37 % 101}.5" : $"{i}");
        var read = await DatasetReader.ReadAsync(
            new MemoryStream(CsvText.Utf8(text)),
            new DatasetReadOptions("file.csv", await CsvText.SchemaAsync(text), new())
            {
                Part = () => throw new InvalidOperationException("A part of a rejected file."),
            },
            TestContext.Current.CancellationToken);

        Assert.NotNull(read.Report.Rejection);
    }

    [Fact]
    public async Task Large_files_have_bounded_row_groups_and_the_same_bytes_on_any_threads()
    {
        var text = Rows(
            "size,colour,price", i => $"{i % 977},{"red green blue".Split(' ')[i % 3]},{i % 10_007}.25", rows: 300_000);
        var bytes = CsvText.Utf8(text);

        var one = (await PartTrial.RunAsync(bytes, new ModelDefinition(), threads: 1))!;
        var four = (await PartTrial.RunAsync(bytes, new ModelDefinition(), threads: 4))!;

        Assert.Empty(one.Differences());
        Assert.Equal(one.Part, four.Part);
        await File.WriteAllBytesAsync(_path, one.Part, TestContext.Current.CancellationToken);
        Assert.Equal(
            [["131072"], ["131072"], ["37856"]],
            Query(
                "select distinct row_group_num_rows, row_group_id from parquet_metadata('PATH') order by row_group_id")
                .Select(r => r[..1]));
    }

    [Fact]
    public async Task Wide_rows_make_row_groups_of_few_bytes()
    {
        var filler = new string('x', 3_000);
        var text = Rows("size,note,price", i => $"{i % 50},{filler}{i},{i * 37 % 101}.25", rows: 20_000);

        await WriteAsync(text);

        Assert.InRange(
            long.Parse(
                Query("select max(total_uncompressed_size) from parquet_metadata('PATH')")[0][0],
                CultureInfo.InvariantCulture),
            1, 40L << 20);
        Assert.Equal([["20000"]], Query("select count(*) from part where length(note) > 3000"));
    }

    [Fact]
    public async Task A_mark_or_nothing_stays_apart_from_a_missing_value()
    {
        var text = Rows("size,done,price", i => $"{i % 50},{(i % 3 == 0 ? "X" : i == 7 ? "NA" : "")},{i}.5");
        var definition = new ModelDefinition
        {
            Features = [new FeatureDefinition { Name = "done", Format = CellNotation.MarkOrBlank }],
        };

        var trial = (await PartTrial.RunAsync(CsvText.Utf8(text), definition))!;

        Assert.Empty(trial.Differences());
        await File.WriteAllBytesAsync(_path, trial.Part, TestContext.Current.CancellationToken);
        Assert.Equal(
            [["NA", "1"], ["X", "100"], ["null", "199"]],
            Query("select coalesce(done, 'null'), count(*) from part group by done order by 1"));
    }

    [Fact]
    public async Task Words_that_model_json_names_later_count_as_missing_in_a_part()
    {
        var text = Rows("size,grade,price", i => $"{(i % 10 == 0 ? -999 : i)},{(i % 10 == 1 ? "none" : "a")},{i}.5");
        var trial = (await PartTrial.RunAsync(CsvText.Utf8(text), new ModelDefinition()))!;
        var later = new ModelDefinition { Missing = ["-999", "none"] };

        var fromSource = (await PartTrial.DropAsync(CsvText.Utf8(text), later, null))!;
        var fromPart = (await PartTrial.DropAsync(trial.Part, later, null))!;

        Assert.Empty(new PartTrial(fromSource, [], fromPart).TableDifferences());
    }

    [Fact]
    public async Task A_description_of_a_later_version_is_refused_with_the_remedy()
    {
        var text = Rows("size,price", i => $"{i % 7},{i * 37 % 101}.5");
        var trial = (await PartTrial.RunAsync(CsvText.Utf8(text), new ModelDefinition()))!;
        var later = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(trial.Part).Replace(
            "\"version\":1", "\"version\":2", StringComparison.Ordinal));

        var inferred = await CsvText.InferAsync(later);

        Assert.Contains("version 2; update this program", inferred.Rejection!.Rejection, StringComparison.Ordinal);
    }

    private static string Rows(string header, Func<int, string> row, int rows = 300)
    {
        var text = new StringBuilder(header).Append('\n');
        for (var i = 0; i < rows; i++) text.Append(row(i)).Append('\n');
        return text.ToString();
    }

    private async Task WriteAsync(string text, ModelDefinition? definition = null, DatasetSchema? schema = null)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var bytes = CsvText.Utf8(text);
        definition ??= new ModelDefinition();
        schema ??= (await CsvText.InferAsync(bytes, definition)).Schema!;
        var sample = await FileSample.ReadAsync(new MemoryStream(bytes), definition, cancelled);
        await using var part = File.Create(_path);
        var read = await DatasetReader.ReadAsync(
            new MemoryStream(bytes),
            new DatasetReadOptions("file.csv", schema, definition) { Formats = sample.Formats, Part = () => part },
            cancelled);
        Assert.Null(read.Report.Rejection);
    }

    private async Task<string> CellAsync(int row, int column)
    {
        await using var part = File.OpenRead(_path);
        var sample = await FileSample.ReadAsync(part, new ModelDefinition(), TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(sample.Rows.Field(row, column));
    }

    private List<string[]> Query(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"create view part as select * from read_parquet('{_path}')";
        command.ExecuteNonQuery();
        command.CommandText = sql.Replace("PATH", _path, StringComparison.Ordinal);
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(
                i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!)]);
        }

        return rows;
    }
}
