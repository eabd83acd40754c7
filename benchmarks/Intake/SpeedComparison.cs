using System.Globalization;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;

namespace Serverless.Benchmarks.Intake;

/// <summary>
/// One table as plain CSV, as CSV of a German computer and as Parquet, through the two passes of a run: the one that
/// samples and infers, and the one that validates and bins.
/// </summary>
internal static class SpeedComparison
{
    /// <summary>Rounds of all files in turn: the least time of each counts, as others only add to it.</summary>
    private const int Rounds = 7;

    /// <returns>The exit code: 0 where every bar is met.</returns>
    public static Task<int> RunAsync(int rows, TextWriter output, CancellationToken cancellationToken) =>
        Workplace.InFolderAsync("speed", folder => RunAsync(rows, folder, output, cancellationToken));

    private static async Task<int> RunAsync(
        int rows, string folder, TextWriter output, CancellationToken cancellationToken)
    {
        var files = new SpeedFiles(rows);
        Subject[] subjects =
        [
            new("CSV, point decimals", Path.Combine(folder, "plain.csv")),
            new("CSV, decimal commas and local dates", Path.Combine(folder, "german.csv")),
            new("Parquet", Path.Combine(folder, "table.parquet")),
        ];
        await files.WriteCsvAsync(subjects[0].Path);
        await files.WriteGermanAsync(subjects[1].Path);
        await files.WriteParquetAsync(subjects[2].Path);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var subject in subjects) await subject.MeasureAsync(cancellationToken);
        }

        await output.WriteLineAsync(
            $"{rows:N0} rows; processor time of all threads, the least of {Rounds} rounds:\n\n"
            + "| file | MB | infer, s | bin, s | MB/s | million rows/s | allocated, MB |\n"
            + "| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var subject in subjects)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {subject.Name} | {subject.Megabytes:0} | {subject.Infer:0.00} | {subject.Bin:0.00} | "
                + $"{subject.Megabytes / subject.Seconds:0} | {rows / 1e6 / subject.Seconds:0.00} | "
                + $"{subject.Allocated:0} |"));
        }

        await output.WriteLineAsync();
        var (plain, german, parquet) = (subjects[0], subjects[1], subjects[2]);
        return await Bar.PrintAsync(
            [
                new Bar(
                    "decimal commas and local dates, rows/s beside plain CSV", plain.Seconds / german.Seconds, 0.5,
                    AtLeast: true),
                new Bar("Parquet, rows/s beside plain CSV", plain.Seconds / parquet.Seconds, 1, AtLeast: true),
            ],
            output);
    }

    /// <summary>A file, and the least processor time of its passes.</summary>
    private sealed class Subject(string name, string path)
    {
        private readonly ModelDefinition _definition = new();

        public string Name => name;

        public string Path => path;

        public double Megabytes => new FileInfo(path).Length / 1e6;

        public double Infer { get; private set; } = double.PositiveInfinity;

        public double Bin { get; private set; } = double.PositiveInfinity;

        public double Allocated { get; private set; }

        public double Seconds => Infer + Bin;

        public async Task MeasureAsync(CancellationToken cancellationToken)
        {
            SchemaInferenceResult inference = null!;
            Infer = Math.Min(Infer, await TimeAsync(async content => inference = await SchemaInference.InferAsync(
                content, path, _definition, knownHash: "", threads: 1, cancellationToken)));
            var sample = inference.Sample ?? throw new InvalidDataException(inference.Rejection!.Rejection);
            var plan = BinningPlanner.For(inference.Schema!, [sample], threads: 1);
            var options = new DatasetReadOptions(path, inference.Schema!, _definition)
            {
                Plan = plan,
                Rows = sample.Rows.Seen,
                KnownHash = "",
                Threads = 1,
                Formats = sample.Formats,
            };
            Bin = Math.Min(Bin, await TimeAsync(async content =>
            {
                var read = await DatasetReader.ReadAsync(content, options, cancellationToken);
                if (read.Report is { BadRows: 0, Accepted: true }) return;
                throw new InvalidDataException(read.Report.Rejection);
            }));
        }

        private async Task<double> TimeAsync(Func<Stream, Task> work)
        {
            await using var content = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
            GC.Collect();
            var (before, heap) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
            await work(content);
            Allocated = Math.Max(Allocated, (GC.GetTotalAllocatedBytes() - heap) / 1e6);
            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }
    }
}
