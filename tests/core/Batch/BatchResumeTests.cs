using System.IO.Compression;
using System.Text;
using Serverless.Core.Batch;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Core.Tests.Batch;

/// <summary>Files of several parts, whose run is ended in the middle, one way or another.</summary>
public sealed class BatchResumeTests : IAsyncDisposable
{
    private const string Model = "lines";
    private const int Rows = 600_000;

    private readonly ManualClock _clock = new(TimeProvider.System.GetUtcNow());
    private readonly TrainingOptions _options = new() { Limit = TimeSpan.FromMinutes(5) };
    private readonly Product _product;

    public BatchResumeTests() => _product = new Product(clock: _clock, training: _options);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _product.DisposeAsync();

    [Theory]
    [InlineData("a.csv", "/000000")]
    [InlineData("a.csv", "/000001")]
    [InlineData("a.csv", "batch/out/lines/a.csv")]
    [InlineData("a.csv", "a.csv.report.json")]
    [InlineData("a.csv.gz", "/000000")]
    [InlineData("a.csv.gz", "batch/out/lines/a.csv")]
    public async Task A_run_that_ends_anywhere_is_gone_on_with_to_the_output_of_an_undisturbed_one(
        string file, string atWriteOf)
    {
        var content = Content(file);
        await TrainAsync("1.csv", 3);
        var expected = await UndisturbedAsync(file, content);

        _product.Store.FailToWrite(atWriteOf);
        await Assert.ThrowsAsync<IOException>(() => RunAsync(file));
        _product.Store.Writing = null;

        // Another version is champion by now, and a host of another process goes on.
        Assert.Equal(
            RunOutcome.Promoted,
            (await _product.TrainAsync(Model, "2.csv", SmallData.Line(-3, seed: 2), SmallData.NewestFile)).Outcome);
        await using var other = new Product(_product.Folder, _clock, training: _options);
        var outcome = await other.Get<BatchRunner>().RunAsync(new BatchRequest(Model, file), Cancelled);
        Assert.Equal((1, Rows), (outcome.Report!.Version, outcome.Report.Rows));
        Assert.Equal(expected, await OutputAsync(file));
        Assert.Empty(await _product.ListAsync("batch/parts/"));
        Assert.Equal(expected.Hash, outcome.Report.Output!.Hash);
        Assert.Equal(Hash(content), outcome.Report.Input.Hash);
    }

    [Theory]
    [InlineData("a.csv")]
    [InlineData("a.csv.gz")]
    public async Task At_the_time_limit_it_asks_to_be_gone_on_with_and_loses_no_part(string file)
    {
        var content = Content(file);
        await TrainAsync("1.csv", 3);
        var expected = await UndisturbedAsync(file, content);

        var invocations = 0;
        _product.Store.Writing = name =>
        {
            if (name.Contains("/parts/", StringComparison.Ordinal) && name.EndsWith('0'))
            {
                _clock.Advance(_options.Limit);
            }

            return Task.CompletedTask;
        };
        BatchOutcome outcome;
        do
        {
            outcome = await RunAsync(file);
            invocations++;
        }
        while (outcome.Continuation is not null && invocations < 20);
        Assert.True(invocations > 1, "The limit never came.");
        Assert.Equal(expected, await OutputAsync(file));
        Assert.Equal(expected.Hash, outcome.Report!.Output!.Hash);
    }

    [Fact]
    public async Task A_file_that_changed_after_a_crash_is_predicted_from_its_start_by_the_version_of_now()
    {
        await TrainAsync("1.csv", 3);
        await _product.Store.WriteAsync(
            BlobPaths.BatchInput(Model, "a.csv"), Content("a.csv"), WriteCondition.Always, Cancelled);
        _product.Store.FailToWrite("/000001");
        await Assert.ThrowsAsync<IOException>(() => RunAsync("a.csv"));
        _product.Store.Writing = null;
        await TrainAsync("2.csv", -3);
        await _product.WriteAsync(BlobPaths.BatchInput(Model, "a.csv"), "x,colour\n1,red\n");
        var outcome = await RunAsync("a.csv");
        Assert.Equal((2, 1), (outcome.Report!.Version, outcome.Report.Rows));
        Assert.Empty(await _product.ListAsync("batch/parts/"));
    }

    [Fact]
    public async Task Bad_rows_before_and_after_a_crash_are_counted_once()
    {
        await TrainAsync("1.csv", 3);
        var text = Encoding.UTF8.GetString(Content("a.csv")).Replace(",red\n", ",red,red\n", StringComparison.Ordinal);
        await _product.WriteAsync(BlobPaths.BatchInput(Model, "a.csv"), text);
        _product.Store.FailToWrite("/000001");
        await Assert.ThrowsAsync<IOException>(() => RunAsync("a.csv"));
        _product.Store.Writing = null;
        var report = (await RunAsync("a.csv")).Report!;
        Assert.Equal(Rows / 3, report.BadRows);
        Assert.Equal(BatchReport.MaxBadRows, report.FirstBadRows.Count);
        Assert.Equal(2, report.FirstBadRows[0].Row);
    }

    [Fact]
    public async Task Unknown_values_before_and_after_a_crash_are_counted_once()
    {
        await TrainAsync("1.csv", 3);
        var text = Encoding.UTF8.GetString(Content("a.csv")).Replace(",red\n", ",mauve\n", StringComparison.Ordinal);
        await _product.WriteAsync(BlobPaths.BatchInput(Model, "a.csv"), text);
        _product.Store.FailToWrite("/000001");
        await Assert.ThrowsAsync<IOException>(() => RunAsync("a.csv"));
        _product.Store.Writing = null;

        var report = (await RunAsync("a.csv")).Report!;

        var warning = Assert.Single(report.Warnings);
        Assert.Equal(("colour", 2, Rows / 3), (warning.Column, warning.Row, warning.Count));
    }

    private async Task<(string Hash, long Length)> UndisturbedAsync(string file, byte[] content)
    {
        await _product.Store.WriteAsync(BlobPaths.BatchInput(Model, file), content, WriteCondition.Always, Cancelled);
        Assert.Equal(BatchResult.Predicted, (await RunAsync(file)).Result);
        var output = await OutputAsync(file);
        await _product.Store.DeleteAsync(BlobPaths.BatchReport(Model, file), Cancelled);
        await _product.Store.DeleteAsync(BlobPaths.BatchOutput(Model, file), Cancelled);
        return output;
    }

    private Task<BatchOutcome> RunAsync(string file) =>
        _product.Get<BatchRunner>().RunAsync(new BatchRequest(Model, file), Cancelled);

    private async Task TrainAsync(string file, double slope) => Assert.Equal(
        RunOutcome.Promoted,
        (await _product.TrainAsync(
            Model, file, SmallData.Line(slope, seed: (ulong)file[0]), SmallData.NewestFile)).Outcome);

    private async Task<(string Hash, long Length)> OutputAsync(string file)
    {
        var bytes =
            (await _product.Store.ReadAllAsync(BlobPaths.BatchOutput(Model, file), 1 << 28, Cancelled))!.Value.Bytes;
        return (Hash(bytes), bytes.Length);
    }

    private static byte[] Content(string file)
    {
        var text = Encoding.UTF8.GetBytes(BatchRunnerTests.Inputs(Rows));
        if (!file.EndsWith(".gz", StringComparison.Ordinal)) return text;
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(text);
        return packed.ToArray();
    }

    private static string Hash(byte[] bytes) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
}
