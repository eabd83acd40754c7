using System.Globalization;
using System.Text;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.History;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Learning.Tests.History;

/// <summary>Files on disk's way to the rows that are learned from, small ones and large ones with a plan.</summary>
public class CountedWindowTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<int?, string> Ways => new()
    {
        { null, """{"label": "y"}""" },
        { 300, """{"label": "y"}""" },
        { null, """{"label": "y", "id": "number"}""" },
        { 300, """{"label": "y", "id": "number"}""" },
        { null, """{"label": "y", "time": "day"}""" },
        { 300, """{"label": "y", "time": "day"}""" },
        { null, """{"label": "y", "data": {"key": "number"}}""" },
        { 300, """{"label": "y", "data": {"key": "number"}}""" },
        { 300, """{"label": "y", "id": "number", "data": {"key": ["number", "day"]}}""" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Growing_extracts_give_the_same_rows_as_the_last_one(int? maxRows, string json)
    {
        var (definition, rows) = (Definition(json), Rows(1_500));
        var (files, schema) = await ReadAsync(
            [Csv(rows[..700]), Csv(rows[..1_100]), Csv(rows)], definition, maxRows);

        var (history, window) = Count(files, schema, definition);

        Assert.True(history.IsSure, history.Message);
        Assert.Equal(definition.Data.Key is null ? DataMode.Extract : DataMode.Upsert, history.Mode);
        AssertSame(WindowData.Of([files[^1]], schema.Label), window);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(300)]
    public async Task Increments_give_the_same_rows_as_one_file_of_all(int? maxRows)
    {
        var (definition, rows) = (Definition("""{"label": "y"}"""), Rows(1_500));
        var (files, schema) = await ReadAsync(
            [Csv(rows[..700]), Csv(rows[700..1_100]), Csv(rows[1_100..])], definition, maxRows);

        var (history, window) = Count(files, schema, definition);

        Assert.Equal((DataMode.Append, true, 1_500), (history.Mode, history.IsSure, history.Counted));
        AssertSame(WindowData.Of(files, schema.Label), window);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(300)]
    public async Task The_newest_state_of_a_key_is_learned_from(int? maxRows)
    {
        // The last 300 rows come again with another town, of which no file before has heard, and 100 new ones.
        var (definition, rows) = (Definition("""{"label": "y", "data": {"key": "number"}}"""), Rows(1_100));
        string[] again = [.. rows[700..].Select(r => r.Replace(",town", ",city", StringComparison.Ordinal))];
        var (files, schema) = await ReadAsync([Csv(rows[..1_000]), Csv(again)], definition, maxRows);

        var (history, window) = Count(files, schema, definition);

        Assert.Equal([700, 400], history.Parts.Select(p => p.Counted));
        var towns = (CategoricalColumn)(window.AllRows?.Find("town") ?? window.Table.Find("town")!);
        Assert.Equal(1_100, towns.Count);
        Assert.All(towns.Codes.Skip(700), code => Assert.StartsWith("city", towns.Values[code]));
        Assert.All(towns.Codes.Take(700), code => Assert.StartsWith("town", towns.Values[code]));
    }

    [Fact]
    public async Task Classes_and_texts_of_rows_that_do_not_count_are_gone()
    {
        var (definition, rows) = (Definition("""{"label": "town", "data": {"key": "number"}}"""), Rows(400));
        string[] again = [.. rows.Select(r => r.Replace(",town", ",city", StringComparison.Ordinal))];
        var (files, schema) = await ReadAsync([Csv(rows), Csv(again)], definition, maxRows: null);

        var (_, window) = Count(files, schema, definition);

        Assert.All(((CategoricalColumn)window.Table.Find("town")!).Values, v => Assert.StartsWith("city", v));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(300)]
    public async Task A_corrected_row_of_an_extract_is_told(int? maxRows)
    {
        var (definition, rows) = (Definition("""{"label": "y"}"""), Rows(1_200));
        var corrected = (string[])rows.Clone();
        corrected[400] = corrected[400][..corrected[400].LastIndexOf(',')] + ",-77";
        var (files, schema) = await ReadAsync([Csv(rows[..900]), Csv(corrected)], definition, maxRows);

        var (history, _) = Count(files, schema, definition);

        Assert.Equal((false, 1), (history.IsSure, history.Parts[1].Changed));
        Assert.Contains("1 row of the file before is not in it, and a similar one is", history.Message);
    }

    [Fact]
    public async Task A_row_without_a_key_is_repeated_only_as_a_whole()
    {
        var (definition, rows) = (Definition("""{"label": "y", "data": {"key": "number"}}"""), Rows(400));
        foreach (var i in (int[])[10, 20, 30]) rows[i] = rows[i][rows[i].IndexOf(',', StringComparison.Ordinal)..];
        var (files, schema) = await ReadAsync([Csv(rows[..300]), Csv(rows)], definition, maxRows: null);

        var (history, _) = Count(files, schema, definition);

        Assert.Equal(400, history.Counted);
    }

    [Fact]
    public async Task A_file_without_the_column_of_the_key_is_refused()
    {
        var definition = Definition("""{"label": "y", "data": {"key": "order"}}""");
        var inference = await SchemaInference.InferAsync(
            new MemoryStream(CsvText.Utf8(Csv(Rows(100)))), "file.csv", definition, Cancelled);

        Assert.Equal(
            "Expected the column of data.key 'order', found only the columns 'number', 'x', 'day', 'town', 'y'.",
            inference.Rejection!.Rejection);
    }

    private static (HistoryResult History, WindowData Window) Count(
        List<DatasetReadResult> files, DatasetSchema schema, ModelDefinition definition)
    {
        var parts = files.Select((f, i) => HashedRows.Of($"{i}.csv", f, schema)).ToList();
        var history = RowHistory.Of(parts, definition.Data);
        return (history, WindowData.Of(files, schema.Label, [.. history.Parts.Select(p => p.Rows)]));
    }

    private static void AssertSame(WindowData expected, WindowData found)
    {
        Assert.Equal(expected.Table.RowHashes, found.Table.RowHashes);
        Assert.Equal(expected.Table.Columns.Select(Values), found.Table.Columns.Select(Values));
        Assert.Equal(expected.AllRows is null, found.AllRows is null);
        if (expected.AllRows is not { } all || found.AllRows is not { } others) return;
        Assert.Equal(all.RowHashes, others.RowHashes);
        Assert.Equal(all.Kept, others.Kept);
        Assert.Equal(Values(all.Label), Values(others.Label));
        Assert.Equal(all.Times.Select(Values), others.Times.Select(Values));
        foreach (var name in all.Columns.Keys)
        {
            if (all.Columns[name] is BinnedNumbers numbers)
            {
                Assert.Equal(
                    numbers.Slots.Select(s => s.Bins[..all.RowCount]),
                    ((BinnedNumbers)others.Columns[name]).Slots.Select(s => s.Bins[..all.RowCount]));
            }
            else
            {
                Assert.Equal(Values(all.Find(name)), Values(others.Find(name)));
            }
        }
    }

    private static string Values(Column column) => column switch
    {
        NumericColumn n => $"{n.Name}: {string.Join(' ', n.Values)}",
        TimestampColumn t => $"{t.Name}: {string.Join(' ', t.Ticks)}",
        CategoricalColumn c => $"{c.Name}: {string.Join(' ', c.Codes)} {string.Join(' ', c.Values)}",
        _ => throw new InvalidOperationException(),
    };

    private static ModelDefinition Definition(string json) =>
        ModelDefinitionReader.Read(CsvText.Utf8(json)).Definition!;

    private static string Csv(string[] rows) => "number,x,day,town,y\n" + string.Join('\n', rows) + "\n";

    private static string[] Rows(int count)
    {
        var random = new SplitMix64(5);
        return [.. Enumerable.Range(0, count).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"N{i:00000},{random.NextDouble():0.0000},{new DateTime(2024, 1, 1).AddHours(i):yyyy-MM-ddTHH:mm},"
                + $"town{random.NextInt32(9)},{random.NextInt32(500)}"))];
    }

    private static async Task<(List<DatasetReadResult> Files, DatasetSchema Schema)> ReadAsync(
        string[] files, ModelDefinition definition, int? maxRows)
    {
        var inference = await SchemaInference.InferAsync(
            new MemoryStream(CsvText.Utf8(files[^1])), "file.csv", definition, Cancelled);
        var (samples, results) = (new List<FileSample>(), new List<DatasetReadResult>());
        foreach (var file in files)
        {
            samples.Add(await FileSample.ReadAsync(new MemoryStream(CsvText.Utf8(file)), definition, Cancelled));
        }

        var plan = BinningPlanner.For(inference.Schema!, samples, threads: 2, maxRows);
        foreach (var (i, file) in files.Index())
        {
            var options = new DatasetReadOptions($"{i}.csv", inference.Schema!, definition)
            {
                Plan = plan,
                Rows = samples[i].Rows.Seen,
                Formats = samples[i].Formats,
            };
            results.Add(await DatasetReader.ReadAsync(new MemoryStream(CsvText.Utf8(file)), options, Cancelled));
            Assert.Null(results[^1].Report.Rejection);
        }

        Assert.Equal(maxRows is null, results[0].AllRows is null);
        return (results, inference.Schema!);
    }
}
