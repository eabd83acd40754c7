using System.Text;
using Serverless.Core.Batch;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Core.Tests.Batch;

/// <summary>Files of other formats and notations are predicted as the same rows in plain CSV.</summary>
public sealed class BatchFormatTests : IAsyncDisposable
{
    private const string Model = "lines";

    private readonly Product _product = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _product.DisposeAsync();

    [Fact]
    public async Task Other_formats_are_predicted_as_CSV_and_lines_around_the_table_are_told()
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        await PredictAsync("a.csv", "x,colour,y\n1,red,5\n2,blue,\n");
        var expected = await _product.ReadAsync(BlobPaths.BatchOutput(Model, "a.csv"));

        await PredictAsync("a.jsonl", "{\"x\":1,\"colour\":\"red\"}\n{\"colour\":\"blue\",\"x\":2}\n");
        var outcome = await PredictAsync("b.csv", "Points\n\nx;colour;y\n1;red;5\n2;blue;\n\n(2 rows)\n");

        Assert.Equal(expected, await _product.ReadAsync("batch/out/lines/a.jsonl.csv"));
        Assert.Equal(expected, await _product.ReadAsync(BlobPaths.BatchOutput(Model, "b.csv")));
        Assert.Equal([1L, 7L], outcome.Report!.Warnings.Select(w => w.Row!.Value));
    }

    [Fact]
    public async Task Decimal_commas_and_units_are_predicted_as_the_numbers_they_are()
    {
        await TrainAsync(SmallData.Line(3), SmallData.Regression);
        await PredictAsync("a.csv", "x,colour\n1.5,red\n2.25,blue\n1250.5,red\n");

        await PredictAsync("b.csv", "x;colour\n1,5 €;red\n2,25 €;blue\n1.250,50 €;red\n");

        Assert.Equal(
            await _product.ReadAsync(BlobPaths.BatchOutput(Model, "a.csv")),
            await _product.ReadAsync(BlobPaths.BatchOutput(Model, "b.csv")));
    }

    [Fact]
    public async Task A_flag_that_is_left_out_is_false_everywhere()
    {
        var random = new SplitMix64(9);
        await TrainAsync("n,flag,y\n" + string.Concat(Enumerable.Range(0, 400).Select(_ =>
        {
            var (n, flag) = (random.NextInt32(100), random.NextInt32(3) == 0);
            return $"{n},{(flag ? "X" : "")},{(flag ? 500 : 0) + n + random.NextInt32(9)}.5\n";
        })), definition: null);

        var values = new List<string>();
        foreach (var row in (string[])["{\"n\": 7}", "{\"n\": 7, \"flag\": false}", "{\"n\": 7, \"flag\": null}"])
        {
            var outcome = Assert.IsType<PredictOutcome.Answered>(await _product.PredictAsync(Model, row));
            var answer = Encoding.UTF8.GetString(outcome.Json.Span);
            values.Add(answer[answer.IndexOf("\"value\"", StringComparison.Ordinal)..]);
        }

        // None of the batch's rows has the mark.
        await PredictAsync("a.csv", "n,flag\n7,\n7,\n");
        await PredictAsync("b.csv", "n,flag\n7,false\n7,false\n");

        Assert.Single(values.Distinct());
        Assert.Contains("\"markOrBlank\"", await _product.ReadAsync(BlobPaths.Definition(Model)));
        Assert.Equal(
            await _product.ReadAsync(BlobPaths.BatchOutput(Model, "b.csv")),
            await _product.ReadAsync(BlobPaths.BatchOutput(Model, "a.csv")));
    }

    private async Task<BatchOutcome> PredictAsync(string file, string content)
    {
        await _product.Store.WriteAsync(
            BlobPaths.BatchInput(Model, file), Encoding.UTF8.GetBytes(content), WriteCondition.Always, Cancelled);
        return await _product.Get<BatchRunner>().RunAsync(new BatchRequest(Model, file), Cancelled);
    }

    private async Task TrainAsync(string content, string? definition) =>
        Assert.Equal(
            RunOutcome.Promoted, (await _product.TrainAsync(Model, "train.csv", content, definition)).Outcome);
}
