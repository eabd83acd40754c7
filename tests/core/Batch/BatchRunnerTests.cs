using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Serverless.Core.Batch;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Core.Tests.Batch;

public sealed class BatchRunnerTests : IAsyncDisposable
{
    private const string Model = "lines";

    private readonly Product _product = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _product.DisposeAsync();

    [Fact]
    public async Task Every_row_comes_out_in_its_place_with_what_the_predict_route_answers()
    {
        await TrainAsync(SmallData.Classes(1, "low", "\"high, really\""), SmallData.Binary);
        var outcome = await PredictAsync("a.csv", "colour,x,unknown\nred,9.5,?\nblue,0.25,1\n,NA,2\n");
        Assert.Equal(BatchResult.Predicted, outcome.Result);
        var rows = await OutputAsync("a.csv");
        Assert.Equal(4, rows.Length);

        var columns = rows[0].Split(',', 3);
        Assert.Equal(("row", "prediction"), (columns[0], columns[1]));
        Assert.EndsWith(",version,error", rows[0], StringComparison.Ordinal);
        Assert.Contains("\"probability_high, really\"", rows[0], StringComparison.Ordinal);
        string[] bodies = ["""{"colour": "red", "x": 9.5}""", """{"colour": "blue", "x": 0.25}""", "{}"];
        for (var i = 0; i < bodies.Length; i++)
        {
            var answered = Assert.IsType<PredictOutcome.Answered>(await _product.PredictAsync(Model, bodies[i]));
            using var body = answered.Answer;
            var answer = JsonDocument.Parse(body.Written).RootElement;
            var prediction = answer.GetProperty("predictions")[0];
            var label = prediction.GetProperty("label").GetString()!;
            var probabilities = prediction.GetProperty("probabilities").EnumerateObject().Select(
                p => p.Value.GetRawText());
            var quoted = label.Contains(',', StringComparison.Ordinal) ? $"\"{label}\"" : label;
            Assert.Equal($"{i + 1},{quoted},{string.Join(',', probabilities)},1,", rows[i + 1]);
        }
    }

    [Fact]
    public async Task A_bad_row_is_marked_in_its_place_with_column_expected_and_found()
    {
        await TrainAsync(SmallData.EveryType(), SmallData.EveryTypeDefinition);
        var outcome = await PredictAsync("a.csv", """
            key,day,flag,size,colour,note
            k1,2026-01-01,true,1,red,
            k2,2026-13-01,true,1,red,
            k3,2026-01-01,perhaps,1,red,
            k4,2026-01-01,true,many,red,
            "k,5",2026-01-01,true,11,red,
            k6,2026-01-01,true,,red,
            k7,2026-01-01,true,1,mauve,
            k8,2026-01-01,true
            k9,"2026"-01-01,true,1,red,
            k10,,,1,,x
            """);
        var rows = await OutputAsync("a.csv");
        Assert.Equal("row,key,prediction,version,error", rows[0]);
        Assert.Matches(@"^1,k1,[\d.]+,1,$", rows[1]);
        Assert.Equal(
            "2,k2,,1,\"UNEXPECTED_DATA_TYPE at line 3, column 'day': expected a timestamp such as 2012-01-31 or "
            + "2012-01-31T10:20:30Z, found '2026-13-01'\"",
            rows[2]);
        Assert.Contains("column 'flag': expected true or false, found 'perhaps'", rows[3], StringComparison.Ordinal);
        Assert.Contains("column 'size': expected a number, found 'many'", rows[4], StringComparison.Ordinal);
        Assert.StartsWith("5,\"k,5\",,1,", rows[5], StringComparison.Ordinal);
        Assert.Contains("column 'size': expected at most 10, found '11'", rows[5], StringComparison.Ordinal);
        Assert.Contains("column 'size': expected a value, found nothing", rows[6], StringComparison.Ordinal);
        Assert.Contains(
            "column 'colour': expected one of 'red', 'green', 'blue', found 'mauve'",
            rows[7],
            StringComparison.Ordinal);
        Assert.Contains("expected 6 fields, found 3", rows[8], StringComparison.Ordinal);
        Assert.Contains("line 10: expected a delimiter after a closing quote", rows[9], StringComparison.Ordinal);
        Assert.Matches(@"^10,k10,[\d.]+,1,$", rows[10]);
        Assert.Equal(11, rows.Length);

        Assert.Equal((10, 8), (outcome.Report!.Rows, outcome.Report.BadRows));
        Assert.Equal(8, outcome.Report.FirstBadRows.Count);
        Assert.Equal(("size", 5), (outcome.Report.FirstBadRows[2].Column, outcome.Report.FirstBadRows[2].Row));
    }

    [Fact]
    public async Task The_report_names_the_version_and_the_hashes_of_what_was_read_and_written()
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        const string input = "x,colour,y\n1,red,5\n2,blue,\n";
        await PredictAsync("2026/a.csv", input);
        var report =
            JsonDocument.Parse(await _product.ReadAsync(BlobPaths.BatchReport(Model, "2026/a.csv"))).RootElement;
        Assert.Equal(1, report.GetProperty("version").GetInt32());
        Assert.Equal(2, report.GetProperty("rows").GetInt32());
        Assert.Equal(
            (await _product.Registry.GetAsync(Model, 1, Cancelled))!.ModelHash,
            report.GetProperty("modelHash").GetString());
        Assert.Equal(Sha(input), report.GetProperty("input").GetProperty("hash").GetString());
        Assert.Equal(
            Sha(await _product.ReadAsync(BlobPaths.BatchOutput(Model, "2026/a.csv"))),
            report.GetProperty("output").GetProperty("hash").GetString());
        Assert.Empty(await _product.ListAsync("batch/parts/"));
    }

    [Fact]
    public async Task A_packed_file_comes_out_packed_with_the_same_rows()
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        var input = Inputs(5000);
        await PredictAsync("a.csv", input);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(
            Encoding.UTF8.GetBytes(input));
        var outcome = await PredictAsync("a.csv.gz", packed.ToArray());
        Assert.Equal(5000, outcome.Report!.Rows);

        var output = (await _product.Store.ReadAllAsync(
            BlobPaths.BatchOutput(Model, "a.csv.gz"), 1 << 28, Cancelled))!.Value.Bytes;
        await using var unpacked = new GZipStream(new MemoryStream(output), CompressionMode.Decompress);
        Assert.Equal(
            await _product.ReadAsync(BlobPaths.BatchOutput(Model, "a.csv")),
            await new StreamReader(unpacked).ReadToEndAsync(Cancelled));
    }

    [Fact]
    public async Task A_header_alone_gives_a_header_alone()
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        var outcome = await PredictAsync("a.csv", "x,colour\n");
        Assert.Equal((BatchResult.Predicted, 0), (outcome.Result, outcome.Report!.Rows));
        Assert.Equal("row,prediction,version,error\n", await _product.ReadAsync(BlobPaths.BatchOutput(Model, "a.csv")));
    }

    [Theory]
    [InlineData("", "Expected a header or rows, found an empty file.")]
    [InlineData(
        "colour,y\nred,1\n",
        "Expected every feature of the model as a column; 'x' is missing, found the columns 'colour', 'y'.")]
    [InlineData("x,x,colour\n1,2,red\n", "Expected column names that differ, found 'x' 2 times.")]
    [InlineData("1,2\n3,4\n", "Expected column names in the first row, found the number '1'")]
    [InlineData("x,colour\n1,r\0d\n", "Expected text in UTF-8, found a NUL byte")]
    public async Task A_file_that_cannot_be_read_is_rejected_with_the_reason_and_leaves_no_output(
        string content, string reason)
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        await PredictAsync("a.csv", "x,colour\n1,red\n");
        var outcome = await PredictAsync("a.csv", content);
        Assert.Equal(BatchResult.Rejected, outcome.Result);
        Assert.StartsWith(reason, outcome.Report!.Rejection, StringComparison.Ordinal);
        Assert.Equal([BlobPaths.BatchReport(Model, "a.csv")], await _product.ListAsync("batch/out/"));
        Assert.Empty(await _product.ListAsync("batch/parts/"));
    }

    [Fact]
    public async Task A_packed_file_that_is_cut_off_is_rejected()
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(
            Encoding.UTF8.GetBytes(Inputs(5000)));
        var outcome = await PredictAsync("a.csv.gz", packed.ToArray()[..^20]);
        Assert.Contains("a whole gzip file", outcome.Report!.Rejection, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notes.docx", "expected a name that ends in .csv, .tsv")]
    [InlineData("a.csv.report.json", "expected a name that ends in .csv, .tsv")]
    public async Task A_file_of_another_kind_is_rejected(string file, string reason)
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        Assert.Contains(
            reason, (await PredictAsync(file, "x,colour\n1,red\n")).Report!.Rejection, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_without_a_header_may_leave_the_label_out()
    {
        const string definition =
            """{"columns": ["x", "colour", "y"], "label": "y", "training": {"trainers": ["linear"], "trials": 1}}""";
        await TrainAsync(SmallData.Line(3).Split('\n', 2)[1], definition);
        await PredictAsync("without.csv", "1,red\n2,blue\n");
        await PredictAsync("with.csv", "1,red,3\n2,blue,6\n");
        Assert.Equal(3, (await OutputAsync("with.csv")).Length);
        Assert.Equal(await OutputAsync("with.csv"), await OutputAsync("without.csv"));
        var other = await PredictAsync("other.csv", "1\n2\n");
        Assert.Contains("3 fields in a row, or 2 without the label", other.Report!.Rejection, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_comes_again_changes_nothing_and_a_changed_file_is_predicted_anew()
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        await PredictAsync("a.csv", "x,colour\n1,red\n");
        var before = await _product.Store.GetPropertiesAsync(BlobPaths.BatchOutput(Model, "a.csv"), Cancelled);
        var again = await RunAsync("a.csv");
        Assert.StartsWith("Already done", again.Message, StringComparison.Ordinal);
        Assert.Equal(
            before!.ETag,
            (await _product.Store.GetPropertiesAsync(BlobPaths.BatchOutput(Model, "a.csv"), Cancelled))!.ETag);

        await PredictAsync("a.csv", "x,colour\n1,red\n2,red\n");
        Assert.Equal(3, (await OutputAsync("a.csv")).Length);
    }

    [Fact]
    public async Task Events_that_come_at_once_give_one_result()
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        await _product.WriteAsync(BlobPaths.BatchInput(Model, "a.csv"), Inputs(20_000));
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => RunAsync("a.csv"), Cancelled)));
        Assert.Single(outcomes, o => !o.Message.StartsWith("Already done", StringComparison.Ordinal));
        Assert.Equal(20_001, (await OutputAsync("a.csv")).Length);
    }

    [Fact]
    public async Task A_file_that_is_written_again_while_it_is_read_is_predicted_as_it_is_at_the_end()
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        var replaced = false;
        _product.Store.Writing = async name =>
        {
            if (replaced || !name.EndsWith("checkpoint.json", StringComparison.Ordinal)) return;
            replaced = true;
            await _product.WriteAsync(BlobPaths.BatchInput(Model, "a.csv"), "x,colour\n1,red\n2,red\n3,red\n");
        };
        var outcome = await PredictAsync("a.csv", "x,colour\n1,red\n");
        Assert.Equal(3, outcome.Report!.Rows);
        Assert.Equal(4, (await OutputAsync("a.csv")).Length);
    }

    [Fact]
    public async Task A_file_waits_for_the_first_version_of_its_model()
    {
        var outcome = await PredictAsync("a.csv", "x,colour\n1,red\n");
        Assert.Equal(BatchResult.NoVersionYet, outcome.Result);
        Assert.Empty(await _product.ListAsync("batch/out/"));
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        Assert.Equal(BatchResult.Predicted, (await RunAsync("a.csv")).Result);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_nothing_to_do() =>
        Assert.Equal(BatchResult.NothingToDo, (await RunAsync("a.csv")).Result);

    [Fact]
    public async Task Values_that_the_version_does_not_know_are_told_by_report_and_message()
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);

        var outcome = await PredictAsync("a.csv", "x,colour\n1,red\n2,mauve\n3,\n4,teal\n5,mauve\nmany,grey\n");

        var warning = Assert.Single(outcome.Report!.Warnings);
        Assert.Equal(
            (AnomalyCodes.UnexpectedValue, AnomalySeverity.Warning, "colour", 3, "'mauve', 'teal'", 3),
            (warning.Code, warning.Severity, warning.Column, warning.Row, warning.Found, warning.Count));
        Assert.Contains("as version 1 knows", warning.Expected, StringComparison.Ordinal);
        Assert.EndsWith(
            "1 of them are bad. It does not know 'mauve', 'teal' in the column 'colour', as 3 rows (50 %) have.",
            outcome.Message, StringComparison.Ordinal);
    }

    private Task<BatchOutcome> RunAsync(string file) =>
        _product.Get<BatchRunner>().RunAsync(new BatchRequest(Model, file), Cancelled);

    private Task<BatchOutcome> PredictAsync(string file, string content) =>
        PredictAsync(file, Encoding.UTF8.GetBytes(content));

    private async Task<BatchOutcome> PredictAsync(string file, byte[] content)
    {
        await _product.Store.WriteAsync(BlobPaths.BatchInput(Model, file), content, WriteCondition.Always, Cancelled);
        return await RunAsync(file);
    }

    private async Task TrainAsync(string content, string definition) =>
        Assert.Equal(RunOutcome.Promoted, (await _product.TrainAsync(Model, "train.csv", content, definition)).Outcome);

    private async Task<string[]> OutputAsync(string file) =>
        (await _product.ReadAsync(BlobPaths.BatchOutput(Model, file))).TrimEnd('\n').Split('\n');

    internal static string Inputs(int rows)
    {
        var csv = new StringBuilder("x,colour\n");
        for (var i = 0; i < rows; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{i % 977 / 97.7:0.###},{(i % 3 == 0 ? "red" : "blue")}\n");
        }

        return csv.ToString();
    }

    private static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
