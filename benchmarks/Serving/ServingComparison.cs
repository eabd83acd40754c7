using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Traffic;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.Serving;

/// <summary>
/// Measures requests per second and p99 of: the published embedded host, with a model of 100 trees and the drift log;
/// the same with a shadow; the bare web server; and FastAPI over XGBoost. Alternates them every second; medians over
/// all seconds.
/// </summary>
internal static class ServingComparison
{
    private const int WarmUpSeconds = 3;

    private const string WithShadow = "ours, with a shadow";

    private static readonly int[] _connections = [16, 64];

    /// <returns>Exit code: 0 if all bars are met.</returns>
    public static Task<int> RunAsync(
        int rounds, int seconds, string python, TextWriter output, CancellationToken cancellationToken) =>
        Workplace.InFolderAsync(
            "serving", folder => RunAsync(folder, rounds, seconds, python, output, cancellationToken));

    private static async Task<int> RunAsync(
        string folder, int rounds, int seconds, string python, TextWriter output, CancellationToken cancellationToken)
    {
        var store = Path.Combine(folder, "store");
        var shadowStore = Path.Combine(folder, "store-shadow");
        var csv = Path.Combine(folder, "rows.csv");
        var model = await ServingModel.MakeAsync(store, csv, cancellationToken);
        await ServingModel.MakeAsync(shadowStore, csv, cancellationToken);
        await ServingModel.AddShadowAsync(shadowStore, cancellationToken);
        var (body, slots) = ServingModel.Row();
        var script = await Wrk.WriteScriptAsync(folder, System.Text.Encoding.UTF8.GetString(body), cancellationToken);
        var contenders = await PrepareAsync(folder, store, shadowStore, csv, python, cancellationToken);

        var expected = new double[1];
        model.Scorer.Score(slots, expected);
        var results = contenders.ToDictionary(
            c => c, _ => _connections.ToDictionary(c => c, _ => new List<LoadResult>()));
        var answered = 0L;
        for (var round = 0; round < rounds; round++)
        {
            // All servers run at once and are measured in alternation, because the speed of the machine varies. They
            // are restarted in each round, because the JIT compiles different code at each start.
            var servers = new List<Server>();
            try
            {
                foreach (var contender in contenders)
                {
                    var (server, answer) = await contender.StartAsync(body, cancellationToken);
                    servers.Add(server);
                    if (contender.IsOurs || contender.Name == WithShadow) RequireAnswer(answer, expected[0]);
                    var warmUp = await Wrk.RunAsync(
                        script, contender.Target, _connections[^1], WarmUpSeconds, cancellationToken);
                    if (contender.IsOurs) answered += warmUp.Requests + 1;
                }

                for (var second = 0; second < seconds; second++)
                {
                    foreach (var connections in _connections)
                    {
                        // Alternates the order, because each server is affected by the load before it.
                        foreach (var contender in second % 2 == 0 ? contenders : contenders.Reverse())
                        {
                            var result = await Wrk.RunAsync(
                                script, contender.Target, connections, seconds: 1, cancellationToken);
                            results[contender][connections].Add(result);
                            if (contender.IsOurs) answered += result.Requests;
                        }
                    }
                }
            }
            finally
            {
                foreach (var server in servers) await server.DisposeAsync();
            }
        }

        var logged = await LoggedRowsAsync(store, cancellationToken);
        var shadowed = await ShadowedRowsAsync(shadowStore, cancellationToken);
        await output.WriteLineAsync(
            $"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, {rounds} rounds "
            + $"with {seconds} times a second of each; "
            + $"{answered:N0} predictions answered, {logged:N0} in the drift log; {shadowed:N0} scored by the "
                + "shadow.\n");
        await PrintAsync(contenders, results, output);
        return await Bar.PrintAsync(
            [
                .. Bars(contenders, results),
                new Bar("predictions in the drift log, of those answered", (double)logged / answered, 1, AtLeast: true),
                new Bar(
                    "rows scored by the shadow, each second of load",
                    (double)shadowed / (rounds * (WarmUpSeconds + (seconds * _connections.Length))),
                    100,
                    AtLeast: true),
            ],
            output);
    }

    private static async Task<IReadOnlyList<Contender>> PrepareAsync(
        string folder, string store, string shadowStore, string csv, string python, CancellationToken cancellationToken)
    {
        var root = Workplace.Repository();
        var sources = Path.Combine(root, "benchmarks", "Serving");
        var ours = Path.Combine(folder, "ours");
        var bare = Path.Combine(folder, "bare");
        var peer = Path.Combine(folder, "peer.json");
        await Server.PublishAsync(Path.Combine(root, "local"), ours, cancellationToken);
        await Server.PublishAsync(Path.Combine(sources, "bare"), bare, cancellationToken);
        await Server.RunAsync(python, [Path.Combine(sources, "fastapi", "train.py"), csv, peer], cancellationToken);

        var barePort = Workplace.FreePort();
        return
        [
            Ours("ours", store),
            new Contender("bare endpoint", "dotnet", [Path.Combine(bare, "BareEndpoint.dll")],
                [("ASPNETCORE_URLS", $"http://127.0.0.1:{barePort}")], new Uri($"http://127.0.0.1:{barePort}/predict")),
            Ours(WithShadow, shadowStore),
            FastApi(1),
            FastApi(2),
        ];

        Contender Ours(string name, string folder)
        {
            var port = Workplace.FreePort();
            return new Contender(
                name,
                "dotnet",
                [Path.Combine(ours, "Serverless.Local.dll"), "--store", folder, "--empty", "--port", $"{port}"],
                [], new Uri($"http://127.0.0.1:{port}/api/models/{ServingModel.Name}/predict"));
        }

        Contender FastApi(int workers)
        {
            var port = Workplace.FreePort();
            return new Contender($"FastAPI, {workers} process{(workers > 1 ? "es" : "")}", python,
                [Path.Combine(sources, "fastapi", "serve.py"), $"{port}", $"{workers}"],
                [("PEER_MODEL", peer), ("PYTHONDONTWRITEBYTECODE", "1")], new Uri($"http://127.0.0.1:{port}/predict"));
        }
    }

    /// <summary>Requires the correct answer of the model.</summary>
    private static void RequireAnswer(string answer, double expected)
    {
        using var json = JsonDocument.Parse(answer);
        var found = json.RootElement.GetProperty("predictions")[0].GetProperty(
            "probabilities").GetProperty("yes").GetDouble();
        if (found != expected)
        {
            throw new InvalidOperationException($"Expected the probability {expected}, found {answer}");
        }
    }

    private static Task<long> LoggedRowsAsync(string store, CancellationToken cancellationToken) =>
        SumAsync(
            store,
            "",
            bytes => JsonSerializer.Deserialize(bytes, TrafficJson.Default.TrafficSketch)!.Rows,
            cancellationToken);

    private static Task<long> ShadowedRowsAsync(string store, CancellationToken cancellationToken) =>
        SumAsync(
            store,
            "rollouts/",
            bytes => JsonSerializer.Deserialize(bytes, RolloutsJson.Default.RolloutSketch)!.Challenger.Requests,
            cancellationToken);

    private static async Task<long> SumAsync(
        string store, string below, Func<byte[], long> rowsOf, CancellationToken cancellationToken)
    {
        var (rows, blobs) = (0L, new FolderBlobStore(store, TimeProvider.System));
        await foreach (var blob in blobs.ListAsync(
            BlobPaths.PredictionsOf(ServingModel.Name) + below, cancellationToken))
        {
            var (bytes, _) = (await blobs.ReadAllAsync(blob.Name, 1 << 24, cancellationToken))!.Value;
            rows += rowsOf(bytes);
        }

        return rows;
    }

    private static async Task PrintAsync(
        IReadOnlyList<Contender> contenders,
        Dictionary<Contender, Dictionary<int, List<LoadResult>>> results,
        TextWriter output)
    {
        await output.WriteLineAsync(
            "| server | connections | requests/s, median (least to most) | p99, ms |\n| --- | ---: | ---: | ---: |");
        foreach (var contender in contenders)
        {
            foreach (var (connections, runs) in results[contender])
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                    $"| {contender.Name} | {connections} | {Rate(runs):N0} ({runs.Min(r => r.RequestsPerSecond):N0} "
                    + $"to {runs.Max(r => r.RequestsPerSecond):N0}) | {Tail(runs):0.00} |"));
            }
        }

        await output.WriteLineAsync();
    }

    private static IEnumerable<Bar> Bars(
        IReadOnlyList<Contender> contenders, Dictionary<Contender, Dictionary<int, List<LoadResult>>> results)
    {
        var (ours, bare, shadowed) = (contenders[0], contenders[1], contenders[2]);
        foreach (var connections in _connections)
        {
            yield return new Bar(
                $"requests/s of the bare endpoint's, {connections} connections",
                Ratio(ours, bare, connections, r => r.RequestsPerSecond),
                1,
                AtLeast: true);
            var best = contenders.Where(c => c.Name.StartsWith("FastAPI", StringComparison.Ordinal)).MaxBy(
                c => Rate(results[c][connections]))!;
            yield return new Bar(
                $"requests/s of FastAPI's best, {connections} connections",
                Ratio(ours, best, connections, r => r.RequestsPerSecond),
                7,
                AtLeast: true);
        }

        yield return new Bar(
            "p99 of the bare endpoint's, 16 connections",
            Ratio(ours, bare, 16, r => r.P99Milliseconds),
            1.2,
            AtLeast: false);
        yield return new Bar(
            "p99 with a shadow of that without, 16 connections",
            Ratio(shadowed, ours, 16, r => r.P99Milliseconds),
            1.1,
            AtLeast: false);

        // The median of the ratios of each second, within which the machine's speed is about constant.
        double Ratio(Contender one, Contender other, int connections, Func<LoadResult, double> of) =>
            results[one][connections].Zip(results[other][connections], (a, b) => of(a) / of(b)).Median();
    }

    private static double Rate(List<LoadResult> runs) => runs.Select(r => r.RequestsPerSecond).Median();

    private static double Tail(List<LoadResult> runs) => runs.Select(r => r.P99Milliseconds).Median();

    private sealed record Contender(
        string Name,
        string Program,
        IReadOnlyList<string> Arguments,
        IReadOnlyList<(string Name, string Value)> Environment,
        Uri Target)
    {
        public bool IsOurs => Name == "ours";

        public Task<(Server Server, string Answer)> StartAsync(byte[] body, CancellationToken cancellationToken) =>
            Server.StartAsync(Program, Arguments, Environment, Target, body, cancellationToken);
    }
}
