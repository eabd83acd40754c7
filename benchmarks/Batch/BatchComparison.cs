using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Serverless.Benchmarks.Serving;
using Serverless.Core.Storage;
using Serverless.Learning.Numerics;

namespace Serverless.Benchmarks.Batch;

/// <summary>
/// Measures rows per second from file to file, of the code that the function runs and of pandas with XGBoost, in
/// alternating processes. Also checks that the memory does not grow with the file, and that a run after a crash gives
/// the same output.
/// </summary>
internal static class BatchComparison
{
    private const int WarmUpRows = 100_000;
    private const string WarmUp = "warm-up.csv";
    private const string Large = "rows.csv";
    private const string Quarter = "quarter.csv";

    /// <returns>Exit code: 0 if all bars are met.</returns>
    public static Task<int> RunAsync(
        int rows, int rounds, string python, TextWriter output, CancellationToken cancellationToken) =>
        Workplace.InFolderAsync("batch", folder => RunAsync(folder, rows, rounds, python, output, cancellationToken));

    private static async Task<int> RunAsync(
        string folder, int rows, int rounds, string python, TextWriter output, CancellationToken cancellationToken)
    {
        var store = Path.Combine(folder, "store");
        var training = Path.Combine(folder, "training.csv");
        var peerModel = Path.Combine(folder, "peer.json");
        var scripts = Path.Combine(Workplace.Repository(), "benchmarks");
        await ServingModel.MakeAsync(store, training, cancellationToken);
        await Server.RunAsync(
            python, [Path.Combine(scripts, "Serving", "fastapi", "train.py"), training, peerModel], cancellationToken);
        await WriteAsync(store, WarmUp, WarmUpRows, cancellationToken);
        await WriteAsync(store, Quarter, rows / 4, cancellationToken);
        await WriteAsync(store, Large, rows, cancellationToken);

        var (ours, peers, hashes) = (new List<BatchTimes>(), new List<BatchTimes>(), new HashSet<string>());
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(await PredictAsync(store, Large, cancellationToken));
            hashes.Add(await HashAsync(store, cancellationToken));
            peers.Add(await MeasureAsync(
                python,
                [
                    Path.Combine(scripts, "Batch", "peer.py"),
                    peerModel,
                    Input(store, WarmUp),
                    Input(store, Large),
                    Path.Combine(folder, "peer.csv")
                ],
                cancellationToken));
        }

        var quarter = await PredictAsync(store, Quarter, cancellationToken);
        var killedAfter = await KillAsync(store, cancellationToken);
        await MeasureAsync("dotnet", Command(store, Large), cancellationToken);
        hashes.Add(await HashAsync(store, cancellationToken));

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, {rounds} rounds; "
            + $"{rows:N0} rows of {ServingModel.Features} numbers, "
            + $"{new FileInfo(Input(store, Large)).Length / 1e6:N0} MB, {ServingModel.Trees} trees; killed after "
                + $"{killedAfter} parts.\n"));
        await output.WriteLineAsync(
            "| | rows/s, median (least to most) | processor seconds | peak memory, MB |\n| --- | ---: | ---: | ---: |");
        await PrintAsync("ours", ours, output);
        await PrintAsync("pandas + XGBoost", peers, output);
        await PrintAsync("ours, a quarter of the rows", [quarter], output);
        await output.WriteLineAsync();
        return await Bar.PrintAsync(
            [
                new Bar(
                    "rows/s of pandas + XGBoost's",
                    Median(ours, t => t.Rows / t.Seconds) / Median(peers, t => t.Rows / t.Seconds),
                    5,
                    AtLeast: true),
                new Bar(
                    "peak memory, MB, of a larger file",
                    Median(ours, t => t.PeakMegabytes),
                    200,
                    AtLeast: false),
                new Bar("different outputs, one of them after a kill", hashes.Count, 1, AtLeast: false),
            ],
            output);
    }

    /// <summary>Deletes earlier output, then predicts.</summary>
    private static async Task<BatchTimes> PredictAsync(string store, string file, CancellationToken cancellationToken)
    {
        Forget(store);
        return await MeasureAsync("dotnet", Command(store, file), cancellationToken);
    }

    /// <summary>Kills a run (SIGKILL), as a crash would.</summary>
    /// <returns>Number of stored parts of the output.</returns>
    private static async Task<int> KillAsync(string store, CancellationToken cancellationToken)
    {
        var parts = Path.Combine(store, BlobPaths.Batch, "parts");
        Forget(store);
        using var process = Start("dotnet", Command(store, Large));
        while (Count() < 3 && !process.HasExited) await Task.Delay(1, cancellationToken);
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
        return Count() is > 0 and var count
            ? count
            : throw new InvalidOperationException("The run ended before it could be killed.");

        int Count() =>
            Directory.Exists(parts) ? Directory.EnumerateFiles(parts, "0*", SearchOption.AllDirectories).Count() : 0;
    }

    private static void Forget(string store)
    {
        var written = Path.Combine(store, BlobPaths.Batch, "out");
        if (Directory.Exists(written)) Directory.Delete(written, recursive: true);
    }

    private static string[] Command(string store, string file) =>
        [typeof(BatchComparison).Assembly.Location, "predict-file", store, WarmUp, file];

    private static async Task<BatchTimes> MeasureAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<BatchTimes>(output, JsonSerializerOptions.Web)!
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {output}{await error}");
    }

    private static Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    private static async Task<string> HashAsync(string store, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path.Combine(store, BlobPaths.BatchOutput(ServingModel.Name, Large)));
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    private static string Input(string store, string file) =>
        Path.Combine(store, BlobPaths.BatchInput(ServingModel.Name, file));

    private static async Task WriteAsync(string store, string file, int rows, CancellationToken cancellationToken)
    {
        var path = Input(store, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var random = new SplitMix64((ulong)rows);
        await using var csv = new StreamWriter(path);
        await csv.WriteLineAsync(string.Join(',', ServingModel.FeatureNames).AsMemory(), cancellationToken);
        var numbers = new string[ServingModel.Features];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = ServingModel.Number(random).ToString("0.######", CultureInfo.InvariantCulture);
            }

            await csv.WriteLineAsync(string.Join(',', numbers).AsMemory(), cancellationToken);
        }
    }

    private static Task PrintAsync(
        string name,
        List<BatchTimes> times,
        TextWriter output) => output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {Median(times, t => t.Rows / t.Seconds):N0} ({times.Min(t => t.Rows / t.Seconds):N0} to "
        + $"{times.Max(t => t.Rows / t.Seconds):N0}) | {Median(times, t => t.Cpu):0.00} | "
            + $"{Median(times, t => t.PeakMegabytes):N0} |"));

    private static double Median(List<BatchTimes> times, Func<BatchTimes, double> of) => times.Select(of).Median();
}
