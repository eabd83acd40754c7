using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Serverless.Benchmarks.Serving;
using Serverless.Functions.Tests.Hosting;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.Worker;

/// <summary>
/// <c>compare worker</c>: compares the published Functions app, with a model of 100 trees in Azurite, with a bare
/// isolated-worker function that parses the same JSON and answers a constant. The Functions host of the tests drives
/// both, in alternation every second; medians over all seconds.
/// </summary>
internal static class WorkerComparison
{
    private const int WarmUpSeconds = 5;
    private const int Connections = 16;
    private const string Ours = "ours";
    private const string Bare = "bare function";

    /// <returns>Exit code: 0 if all bars are met.</returns>
    /// <param name="azurite">Azurite's main script.</param>
    public static Task<int> RunAsync(
        int rounds, int seconds, string azurite, TextWriter output, CancellationToken cancellationToken) =>
        Workplace.InFolderAsync(
            "worker", folder => RunAsync(folder, rounds, seconds, azurite, output, cancellationToken));

    private static async Task<int> RunAsync(
        string folder, int rounds, int seconds, string azurite, TextWriter output, CancellationToken cancellationToken)
    {
        var (ours, bare) = (Path.Combine(folder, "ours"), Path.Combine(folder, "bare"));
        var sources = Path.Combine(Workplace.Repository(), "benchmarks", "Worker", "bare");
        await Server.PublishAsync(Path.Combine(Workplace.Repository(), "functions"), ours, cancellationToken);
        await Server.PublishAsync(sources, bare, cancellationToken);

        await using var storage = await StoredModel.StartAsync(azurite, folder, cancellationToken);
        var (body, slots) = ServingModel.Row();
        var script = await Wrk.WriteScriptAsync(folder, Encoding.UTF8.GetString(body), cancellationToken);
        var expected = new double[1];
        storage.Model.Scorer.Score(slots, expected);

        var measured = new Dictionary<string, List<WorkerSecond>> { [Ours] = [], [Bare] = [] };
        for (var round = 0; round < rounds; round++)
        {
            // Both run at once and are measured in alternating order, because the speed of the machine varies.
            await using var first = await StartAsync(
                Ours, ours, $"api/models/{ServingModel.Name}/predict", storage.Settings);
            await using var second = await StartAsync(Bare, bare, "predict", new Dictionary<string, string>());
            await RequireAnswerAsync(first, body, expected[0], cancellationToken);
            WorkerUnderLoad[] workers = [first, second];
            foreach (var worker in workers)
            {
                await worker.LoadAsync(script, Connections, WarmUpSeconds, cancellationToken);
            }

            for (var turn = 0; turn < seconds; turn++)
            {
                foreach (var worker in turn % 2 == 0 ? workers : workers.Reverse())
                {
                    measured[worker.Name].Add(
                        await worker.LoadAsync(script, Connections, seconds: 1, cancellationToken));
                }
            }
        }

        return await PrintAsync(measured, rounds, seconds, output);

        static async Task<WorkerUnderLoad> StartAsync(
            string name, string published, string route, IReadOnlyDictionary<string, string> settings) =>
            new(
                name,
                await WorkerHost.StartAsync(new WorkerApp(published), settings, (_, _) => Task.CompletedTask),
                route);
    }

    /// <summary>Requires the correct answer of the model.</summary>
    private static async Task RequireAnswerAsync(
        WorkerUnderLoad worker, byte[] body, double expected, CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(await worker.AskAsync(body, cancellationToken));
        var found = json.RootElement.GetProperty("predictions")[0].GetProperty(
            "probabilities").GetProperty("yes").GetDouble();
        if (found != expected)
        {
            throw new InvalidOperationException($"Expected the probability {expected}, found {found}.");
        }
    }

    private static async Task<int> PrintAsync(
        Dictionary<string, List<WorkerSecond>> measured, int rounds, int seconds, TextWriter output)
    {
        await output.WriteLineAsync(
            $"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, {rounds} rounds "
            + $"with {seconds} times "
            + $"a second of each, {Connections} connections; host, load and storage on the same processors.\n");
        await output.WriteLineAsync(
            "| worker | requests/s | p99, ms | CPU of the worker for a request, µs |\n| --- | ---: | ---: | ---: |");
        foreach (var (name, of) in measured)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {of.Select(s => s.Load.RequestsPerSecond).Median():N0} "
                + $"| {of.Select(s => s.Load.P99Milliseconds).Median():0.0} "
                + $"| {of.Select(s => s.CpuMicroseconds).Median():0} |"));
        }

        await output.WriteLineAsync();
        var pairs = measured[Ours].Zip(measured[Bare]).ToList();
        return await Bar.PrintAsync(
            [
                new Bar(
                    "requests/s, of the bare function's",
                    pairs.Select(p => p.First.Load.RequestsPerSecond / p.Second.Load.RequestsPerSecond).Median(),
                    0.9,
                    AtLeast: true),
                new Bar(
                    "CPU of the worker for a request, of the bare function's",
                    pairs.Select(p => p.First.CpuMicroseconds / p.Second.CpuMicroseconds).Median(),
                    1.15,
                    AtLeast: false),
            ],
            output);
    }
}
