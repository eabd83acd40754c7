using System.Globalization;
using System.Text;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Tables;

public class BinnedTableTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Every_row_of_a_large_file_is_binned_for_any_threads(int threads)
    {
        var csv = File(4_000, seed: 1);
        var whole = await ReadAsync([csv], maxRows: null, threads);
        var (table, all) = await ReadAsync([csv], maxRows: 500, threads);

        Assert.Null(whole.AllRows);
        Assert.NotNull(all);
        Assert.InRange(table.RowCount, 400, 600);
        Assert.Equal(whole.Table.RowCount, all.RowCount);
        Assert.Equal(whole.Table.RowHashes, all.RowHashes);
        AssertSame(whole.Table.Find("y")!, all.Label);
        AssertSame(whole.Table.Find("town")!, all.Find("town"));

        var numbers = (NumericColumn)whole.Table.Find("x")!;
        var slot = Assert.Single(((BinnedNumbers)all.Columns["x"]).Slots);
        Assert.Equal(numbers.Values.Select(slot.Edges.BinOf), slot.Bins.Take(all.RowCount));

        var hours = ((BinnedNumbers)all.Columns["day"]).Slots[3];
        var parts = new float[4];
        for (var row = 0; row < all.RowCount; row++)
        {
            CalendarParts.Write(((TimestampColumn)whole.Table.Find("day")!).Ticks[row], parts);
            Assert.Equal(hours.Edges.BinOf(parts[3]), hours.Bins[row]);
        }

        foreach (var column in table.Columns) AssertSame(whole.Table.Find(column.Name)!.Select(all.Kept), column);
    }

    [Fact]
    public async Task Files_of_a_window_are_concatenated_with_shared_category_codes()
    {
        string[] files = [File(2_000, seed: 1), File(3_000, seed: 2)];
        var whole = await ReadAsync(files, maxRows: null, threads: 2);
        var (table, all) = await ReadAsync(files, maxRows: 500, threads: 2);

        Assert.Equal(whole.Table.RowCount, all!.RowCount);
        AssertSame(whole.Table.Find("town")!, all.Find("town"));
        AssertSame(whole.Table.Find("y")!, all.Label);
        Assert.Equal(all.Kept.Length, table.RowCount);
        AssertSame(whole.Table.Find("x")!.Select(all.Kept), table.Find("x")!);
    }

    [Fact]
    public async Task More_categories_than_two_bytes_hold_keep_their_codes()
    {
        var csv = new StringBuilder("town,y\n");
        for (var i = 0; i < 70_000; i++) csv.Append(CultureInfo.InvariantCulture, $"t{i},{i % 7}\n");
        var definition = new ModelDefinition
        {
            Label = "y",
            Task = ModelTask.Regression,
            Features = [new FeatureDefinition { Name = "town" }]
        };
        var (_, all) = await ReadAsync([csv.ToString()], maxRows: 100, threads: 2, definition);

        var towns = (CategoricalColumn)all!.Find("town");
        Assert.Equal(Enumerable.Range(0, 70_000), towns.Codes);
        Assert.Equal("t69999", towns.Values[^1]);
    }

    [Fact]
    public async Task More_rows_than_fit_in_bytes_are_refused_before_anything_is_kept()
    {
        var csv = CsvText.Utf8(File(2_000, seed: 1));
        var inference = await SchemaInference.InferAsync(new MemoryStream(csv), "file.csv", Definition, Cancelled);
        var plan = BinningPlanner.For(inference.Schema!, [inference.Sample!], threads: 2, maxRows: 100);
        var result = await DatasetReader.ReadAsync(
            new MemoryStream(csv),
            new DatasetReadOptions("file.csv", inference.Schema!, Definition) { Plan = plan, Rows = 2_000_000_000 },
            Cancelled);

        Assert.StartsWith("Expected rows that take at most", result.Report.Rejection, StringComparison.Ordinal);
    }

    private static readonly ModelDefinition Definition = new() { Label = "y", Task = ModelTask.Regression };

    private static async Task<(Table Table, BinnedTable? AllRows)> ReadAsync(
        string[] files, int? maxRows, int threads, ModelDefinition? definition = null)
    {
        var (samples, results) = (new List<FileSample>(), new List<DatasetReadResult>());
        var inference = await SchemaInference.InferAsync(
            new MemoryStream(CsvText.Utf8(files[^1])), "file.csv", definition ?? Definition, Cancelled);
        foreach (var file in files)
        {
            samples.Add(
                await FileSample.ReadAsync(new MemoryStream(CsvText.Utf8(file)), definition ?? Definition, Cancelled));
        }

        var plan = BinningPlanner.For(inference.Schema!, samples, threads: 2, maxRows);
        foreach (var (i, file) in files.Index())
        {
            var result = await DatasetReader.ReadAsync(
                new MemoryStream(CsvText.Utf8(file)),
                new DatasetReadOptions("file.csv", inference.Schema!, definition ?? Definition)
                {
                    Plan = plan,
                    Rows = samples[i].Rows.Seen,
                    Formats = samples[i].Formats,
                    Threads = threads,
                },
                Cancelled);
            Assert.Null(result.Report.Rejection);
            results.Add(result);
        }

        var window = WindowData.Of(results, "label");
        return (window.Table, window.AllRows);
    }

    /// <summary>Some values are missing, and a few rows in a hundred are bad.</summary>
    private static string File(int rows, ulong seed)
    {
        var random = new SplitMix64(seed);
        var csv = new StringBuilder("x,day,town,y\n");
        for (var i = 0; i < rows; i++)
        {
            var x = random.NextInt32(10) == 0
                ? ""
                : (random.NextDouble() * 100).ToString("R", CultureInfo.InvariantCulture);
            if (random.NextInt32(200) == 0) x = "oops";
            var day = new DateTime(2026, 1, 1).AddMinutes(random.NextInt32(500_000));
            var town = random.NextInt32(20) == 0 ? "" : $"t{random.NextInt32(400) + (int)seed}";
            csv.Append(
                CultureInfo.InvariantCulture, $"{x},{day:yyyy-MM-ddTHH:mm:ssZ},{town},{random.NextDouble():0.####}\n");
        }

        return csv.ToString();
    }

    private static void AssertSame(Column expected, Column found)
    {
        if (expected is CategoricalColumn texts)
        {
            var others = (CategoricalColumn)found;
            Assert.Equal(texts.Codes.Select(c => c < 0 ? null : texts.Values[c]),
                others.Codes.Select(c => c < 0 ? null : others.Values[c]));
        }
        else if (expected is NumericColumn numbers) Assert.Equal(numbers.Values, ((NumericColumn)found).Values);
        else Assert.Equal(((TimestampColumn)expected).Ticks, ((TimestampColumn)found).Ticks);
    }
}
