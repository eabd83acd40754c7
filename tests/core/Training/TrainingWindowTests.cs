using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public sealed class TrainingWindowTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Window(int files) =>
        SmallData.NewestFile.Replace("\"files\": 1", $"\"files\": {files}", StringComparison.Ordinal);

    [Fact]
    public async Task A_window_is_the_newest_files_by_name_whichever_was_dropped()
    {
        await using var product = new Product();
        await product.DropAsync("lines", "2026-01.csv", SmallData.Line(3, seed: 1), Window(2));
        await product.DropAsync("lines", "2026-02.csv", SmallData.Line(3, seed: 2));
        await product.DropAsync("lines", "2026-03.csv", SmallData.Line(3, seed: 3));
        await product.DropAsync("lines", "2026-04.csv", SmallData.Line(3, seed: 4));
        await product.DropAsync("lines", "notes.md", "no data");

        var record = await product.RunAsync("lines", "2026-03.csv");

        Assert.Equal(["2026-03.csv", "2026-04.csv"], await LearnedFromAsync(product, record));
        var rows = (await product.Registry.GetAsync("lines", record.Version!.Value, Cancelled))!.Rows;
        Assert.Equal(400, rows.Train + rows.Validation + rows.Holdout);
    }

    [Fact]
    public async Task Pulled_files_of_new_rows_are_all_learned_from()
    {
        await using var product = new Product();
        const string source =
            """{"source": {"kind": "postgres", "connection": "Db", "query": "select 1", "watermark": "x"}, """;
        var definition = source + SmallData.Regression[1..];
        await product.DropAsync("lines", "source/000001.csv", SmallData.Line(3, seed: 1), definition);
        await product.DropAsync("lines", "source/000002.csv", SmallData.Line(3, seed: 2));

        var record = await product.RunAsync("lines", "source/000002.csv");

        Assert.Equal(["source/000001.csv", "source/000002.csv"], await LearnedFromAsync(product, record));
    }

    [Fact]
    public async Task File_10_comes_after_file_9()
    {
        await using var product = new Product();
        for (var i = 8; i <= 10; i++)
        {
            await product.DropAsync("lines", $"data-{i}.csv", SmallData.Line(3, seed: (ulong)i), Window(2));
        }

        Assert.Equal(
            ["data-9.csv", "data-10.csv"],
            await LearnedFromAsync(product, await product.RunAsync("lines", "data-10.csv")));
    }

    [Fact]
    public async Task An_old_file_outside_the_window_changes_nothing_and_the_run_says_so()
    {
        await using var product = new Product();
        for (var i = 1; i <= 3; i++)
        {
            await product.DropAsync("lines", $"2025-0{i}.csv", SmallData.Line(3, seed: (ulong)i), Window(3));
        }

        Assert.Equal(1, (await product.RunAsync("lines", "2025-03.csv")).Version);

        var late = await product.TrainAsync("lines", "2019-01.csv", SmallData.Line(-3, seed: 9));

        Assert.StartsWith(
            "2019-01.csv changes nothing: the window of model.json (data.window) has the files from 2025-01.csv to "
            + "2025-03.csv, which are newer. Already done",
            late.Message, StringComparison.Ordinal);
        Assert.Equal([1], await product.Registry.ListVersionsAsync("lines", Cancelled));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bad_newest_file_does_not_keep_the_dropped_one_from_being_learned_from(bool badRunsFirst)
    {
        await using var product = new Product();
        await product.DropAsync("lines", "2026-01.csv", SmallData.Line(3, seed: 1), Window(2));
        await product.DropAsync("lines", "2026-02.csv", SmallData.Line(3, seed: 2));
        await product.DropAsync("lines", "2026-03.csv", "x,colour,y\n1,red,2\n\"");
        if (badRunsFirst) Assert.Equal(RunOutcome.Rejected, (await product.RunAsync("lines", "2026-03.csv")).Outcome);

        var record = await product.RunAsync("lines", "2026-02.csv");

        Assert.Equal(RunOutcome.Promoted, record.Outcome);
        Assert.Equal(["2026-01.csv", "2026-02.csv"], await LearnedFromAsync(product, record));
        Assert.Contains(
            await product.ListAsync("quarantine/lines/"),
            name => name.EndsWith(".csv", StringComparison.Ordinal)
                && name.Contains("2026-03.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("data-9.csv", "data-10.csv")]
    [InlineData("2025-01.csv", "2025-01.csv.gz")]
    [InlineData("1.csv", "01.csv")]
    [InlineData("a99999999999999999999998.csv", "a099999999999999999999999.csv")]
    [InlineData("a.csv", "b.csv")]
    public void Names_are_ordered_as_people_number_them(string first, string second)
    {
        // Equal numbers are put in ordinal order, so that no two names are the same.
        var (low, high) = first == "1.csv" ? (second, first) : (first, second);
        Assert.True(NaturalOrder.Instance.Compare(low, high) < 0);
        Assert.True(NaturalOrder.Instance.Compare(high, low) > 0);
        Assert.Equal(0, NaturalOrder.Instance.Compare(low, low));
    }

    private static async Task<IEnumerable<string>> LearnedFromAsync(Product product, RunRecord record)
    {
        var manifest = (await product.Registry.GetAsync("lines", record.Version!.Value, Cancelled))!;
        return manifest.Data.Select(d => d.Name[BlobPaths.DatasetsOf("lines").Length..]);
    }
}
