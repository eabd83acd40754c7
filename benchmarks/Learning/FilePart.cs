using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Serverless.Benchmarks.Serving;
using Serverless.Learning.Definition;

namespace Serverless.Benchmarks.Learning;

/// <summary>Measures CSV file to saved model, each side in a process of its own, and CSV to bins.</summary>
internal static class FilePart
{
    /// <summary>
    /// Number of rows at which the peak memory has a bar; with fewer, the runtimes take most of it.
    /// </summary>
    private const int MemoryRows = 2_000_000;

    public static async Task<IReadOnlyList<Bar>> RunAsync(
        IReadOnlyList<int> rows, string python, TextWriter output, CancellationToken cancellationToken)
    {
        var bars = new List<Bar>();
        await output.WriteLineAsync("| CSV to saved model, whole process | ours, s | pandas + XGBoost, s | ours, "
            + "peak MB | pandas + XGBoost, peak MB |\n| --- | ---: | ---: | ---: | ---: |");
        var (file, program) = ("", await PublishAsync(cancellationToken));
        foreach (var count in rows)
        {
            var store = LearningComparison.Folder("files");
            file = await WriteAsync(Path.Combine(store, "datasets", "benchmark"), count, cancellationToken);
            var ours = new List<(double Seconds, double Megabytes)>();
            var peers = new List<(double Seconds, double Megabytes)>();
            for (var i = 0; i < LearningComparison.Repeats; i++)
            {
                ours.Add(await RunAsync(
                    program,
                    ["file-to-model", store, Path.GetFileName(file), Path.Combine(store, "model.bin")],
                    cancellationToken));
                peers.Add(await RunAsync(python, PeerArguments(file, store), cancellationToken));
            }

            var seconds = ours.Select(o => o.Seconds).Median();
            var theirSeconds = peers.Select(p => p.Seconds).Median();
            var peak = ours.Select(o => o.Megabytes).Median();
            var theirPeak = peers.Select(p => p.Megabytes).Median();
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {count:N0} x {HiggsLike.Slots}, {new FileInfo(file).Length / 1e6:0} MB | {seconds:0.00} | "
                + $"{theirSeconds:0.00} | {peak:0} | {theirPeak:0} |"));
            bars.Add(new Bar(
                $"CSV to model, {count:N0} rows, time beside pandas + XGBoost",
                seconds / theirSeconds,
                0.45,
                AtLeast: false));
            if (count == MemoryRows)
            {
                bars.Add(new Bar(
                    $"CSV to model, {count:N0} rows, peak memory beside theirs",
                    peak / theirPeak,
                    0.25,
                    AtLeast: false));
            }
        }

        var (read, infer, bin) = await CsvThroughput.MeasureAsync(
            file, new ModelDefinition { Label = "label" }, cancellationToken);
        var megabytes = new FileInfo(file).Length / 1e6;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"\nCSV into bins on one core: {megabytes / (infer + bin):0} MB/s (the pass that samples and infers "
            + $"{megabytes / infer:0}, the pass that validates and bins {megabytes / bin:0}; plain sequential read "
                + $"{megabytes / read:0}).\n"));
        bars.Add(new Bar("CSV into bins on one core, MB/s", megabytes / (infer + bin), 500, AtLeast: true));
        return bars;
    }

    /// <summary>
    /// Publishes this program ReadyToRun, as the product is published: the peer is compiled ahead of time, too.
    /// </summary>
    private static async Task<string> PublishAsync(CancellationToken cancellationToken)
    {
        var project = Path.Combine(Workplace.Repository(), "benchmarks", "Serverless.Benchmarks.csproj");
        var folder = LearningComparison.Folder("published");
        await Server.RunAsync(
            "dotnet",
            [
                "publish", project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained",
                "false", "-p:PublishReadyToRun=true", "-o", Path.Combine(folder, "program"), "--artifacts-path",
                Path.Combine(folder, "artifacts"), "-v", "quiet",
            ],
            cancellationToken);
        return Path.Combine(folder, "program", "Serverless.Benchmarks");
    }

    private static string[] PeerArguments(string file, string folder) =>
    [
        Path.Combine(AppContext.BaseDirectory, "Learning", "file_to_model.py"), file,
        Path.Combine(folder, "model.json"),
        LearningComparison.Rounds.ToString(CultureInfo.InvariantCulture),
        Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
    ];

    /// <summary>Runs a process whose last output is its peak memory.</summary>
    /// <exception cref="InvalidOperationException">The process failed; the message has its output.</exception>
    private static async Task<(double Seconds, double Megabytes)> RunAsync(
        string program, string[] arguments, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Expected {program} to train a model, found: {await error}");
        }

        return (seconds, double.Parse(output.TrimEnd().Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    /// <summary>Writes floats in their shortest round-trip form, as other tools do.</summary>
    private static async Task<string> WriteAsync(string folder, int rows, CancellationToken cancellationToken)
    {
        var path = Path.Combine(
            Directory.CreateDirectory(folder).FullName,
            string.Create(CultureInfo.InvariantCulture, $"rows-{rows}.csv"));
        if (File.Exists(path)) return path;
        var data = HiggsLike.Make(rows, seed: 1);
        await using (var writer = new StreamWriter(path + ".part"))
        {
            await writer.WriteLineAsync($"{string.Join(',', data.Features.Slots.Select(s => s.Name))},label");
            for (var row = 0; row < rows; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var column in data.Features.Columns)
                {
                    writer.Write(string.Create(CultureInfo.InvariantCulture, $"{column[row]},"));
                }

                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{data.Labels[row]}\n"));
            }
        }

        File.Move(path + ".part", path);
        return path;
    }
}
