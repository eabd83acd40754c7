using System.Diagnostics;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;

namespace Serverless.Benchmarks.Learning;

/// <summary>Measures binning a file on one core, and for comparison only reading it.</summary>
internal static class CsvThroughput
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Enough for tiered compilation to finish, whose time must not count.</summary>
    private const int Repeats = 12;

    /// <returns>
    /// Processor seconds of plain reading, of the pass that samples and infers, and of the pass that bins.
    /// </returns>
    public static async Task<(double Read, double Infer, double Bin)> MeasureAsync(
        string path, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var read = await TimeAsync(() => ReadAsync(path, cancellationToken));
        SchemaInferenceResult inference = null!;
        var infer = await TimeAsync(async () =>
        {
            await using var content = Open(path);
            inference = await SchemaInference.InferAsync(
                content, path, definition, knownHash: "", threads: 1, cancellationToken);
        });
        var sample = inference.Sample ?? throw new InvalidDataException(inference.Rejection!.Rejection);
        var plan = BinningPlanner.For(inference.Schema!, [sample], threads: 1)
            ?? throw new InvalidDataException("Expected a large file.");
        var bin = await TimeAsync(async () =>
        {
            await using var content = Open(path);
            var result = await DatasetReader.ReadAsync(
                content,
                new DatasetReadOptions(path, inference.Schema!, definition)
                {
                    Plan = plan,
                    Rows = sample.Rows.Seen,
                    KnownHash = "",
                    Threads = 1,
                },
                cancellationToken);
            if (result.AllRows is null) throw new InvalidDataException(result.Report.Rejection);
        });
        return (read, infer, bin);
    }

    private static async Task ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var content = Open(path);
        var buffer = new byte[BufferBytes];
        while (await content.ReadAsync(buffer, cancellationToken) > 0)
        {
        }
    }

    /// <summary>
    /// The least processor time of <see cref="Repeats"/> runs; not elapsed time, which depends on other processes.
    /// </summary>
    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var best = double.PositiveInfinity;
        for (var i = 0; i < Repeats; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            await work();
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        return best;
    }

    private static FileStream Open(string path) =>
        new(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            bufferSize: 0,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
}
