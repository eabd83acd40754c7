using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using Serverless.Learning.Models;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.Serving;

/// <summary>
/// Promotes and rolls back over HTTP, while wrk sends requests at full speed and some callers verify every answer: that
/// its value is that of the version it names, and that this version may still answer.
/// </summary>
internal static class SwapsUnderLoad
{
    private const int Connections = 16;
    private const int Callers = 4;
    private const int WrkSeconds = 10;

    // Odd, so that the champion during pauses alternates.
    private const int SwapsBetweenPauses = 101;

    // The product's refresh interval, after which a former champion must not answer, and an allowance for the request.
    private static readonly TimeSpan _refresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _latency = TimeSpan.FromMilliseconds(100);

    /// <returns>Exit code: 0 if all bars are met.</returns>
    public static Task<int> RunAsync(int swaps, TextWriter output, CancellationToken cancellationToken) =>
        Workplace.InFolderAsync("swaps", folder => RunAsync(folder, swaps, output, cancellationToken));

    private static async Task<int> RunAsync(
        string folder, int swaps, TextWriter output, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(swaps, 4 * SwapsBetweenPauses); // memory is read in the pauses
        var store = Path.Combine(folder, "store");
        var program = Path.Combine(folder, "ours");
        var port = Workplace.FreePort();
        var (body, slots) = ServingModel.Row();
        var probabilities = new Dictionary<int, double>
        {
            [1] = Probability(
                await ServingModel.MakeAsync(store, Path.Combine(folder, "rows.csv"), cancellationToken), slots),
            [2] = Probability(
                await ServingModel.AddVersionAsync(store, ServingModel.Trees / 2, cancellationToken), slots),
        };
        await Server.PublishAsync(Path.Combine(Workplace.Repository(), "local"), program, cancellationToken);
        var model = new Uri($"http://127.0.0.1:{port}/api/models/{ServingModel.Name}/");
        var predict = new Uri(model, "predict");
        var script = await Wrk.WriteScriptAsync(folder, System.Text.Encoding.UTF8.GetString(body), cancellationToken);
        var (server, _) = await Server.StartAsync(
            "dotnet",
            [Path.Combine(program, "Serverless.Local.dll"), "--store", store, "--empty", "--port", $"{port}"],
            [],
            predict,
            body,
            cancellationToken);
        await using (server)
        {
            var watch = new Watch(predict, body, probabilities);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var load = LoadAsync(script, predict, ending.Token);
            Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => watch.AskAsync(ending.Token))];
            var memory = await SwapAsync(server, model, watch, swaps, cancellationToken);
            await ending.CancelAsync();
            await Task.WhenAll(callers);
            var requests = await load;

            var before = memory[(memory.Count / 4)..(memory.Count / 2)].Median();
            var after = memory[(memory.Count * 3 / 4)..].Median();
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors; {swaps:N0} "
                + $"promotions and roll-backs over HTTP, {requests:N0} requests by wrk "
                + $"at {Connections} connections, none failed; {watch.Answers:N0} answers looked at, "
                    + $"{watch.OfVersion(1):N0} of version 1, {watch.OfVersion(2):N0} of version 2; "
                + $"memory {before:N0} MB in the second quarter, {after:N0} MB in the last.\n"));
            return await Bar.PrintAsync(
                [
                    new Bar("requests by wrk that were answered", requests, swaps, AtLeast: true),
                    new Bar("answers whose value is not that of the version they name", watch.Wrong, 0, AtLeast: false),
                    new Bar(
                        "answers of a version that was retired for longer than the refresh interval",
                        watch.Late,
                        0,
                        AtLeast: false),
                    new Bar("memory at the end, of that in the second quarter", after / before, 1.05, AtLeast: false),
                ],
                output);
        }
    }

    private static double Probability(LoadedModel model, float[] slots)
    {
        var outputs = new double[1];
        model.Scorer.Score(slots, outputs);
        return outputs[0];
    }

    /// <returns>Number of answered requests.</returns>
    /// <exception cref="InvalidOperationException">A request failed.</exception>
    private static async Task<long> LoadAsync(string script, Uri target, CancellationToken ending)
    {
        var requests = 0L;
        while (!ending.IsCancellationRequested)
        {
            var run = await Wrk.RunAsync(script, target, Connections, WrkSeconds, CancellationToken.None);
            requests += run.Requests;
        }

        return requests;
    }

    /// <returns>The server's memory at each pause.</returns>
    private static async Task<List<double>> SwapAsync(
        Server server, Uri model, Watch watch, int swaps, CancellationToken cancellationToken)
    {
        var memory = new List<double>();
        using var client = new HttpClient();
        var champion = new Uri(model, "aliases/champion");
        for (var swap = 1; swap <= swaps; swap++)
        {
            // Alternates a promotion by number with its roll-back.
            var next = swap % 2 == 1 ? 2 : 1;
            watch.BeginSwap(next);
            using var response = next == 2
                ? await client.PutAsJsonAsync(champion, new { version = 2, reason = "a swap" }, cancellationToken)
                : await client.PutAsJsonAsync(champion, new { version = "previous" }, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new InvalidOperationException(
                    $"Swap {swap}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
            }

            watch.EndSwap(3 - next);
            if (swap % SwapsBetweenPauses != 0) continue;

            // Long enough to detect answers of a retired version.
            await Task.Delay(_refresh * 1.5, cancellationToken);
            memory.Add(server.Megabytes());
        }

        return memory;
    }

    /// <summary>Verifies answers, knowing when each version ceased to be champion.</summary>
    private sealed class Watch(Uri predict, byte[] body, IReadOnlyDictionary<int, double> probabilities)
    {
        private readonly ConcurrentDictionary<int, long> _retired = new();
        private readonly ConcurrentDictionary<int, long> _answers = new();
        private long _wrong;
        private long _late;

        public long Answers => _answers.Values.Sum();

        public long Wrong => Volatile.Read(ref _wrong);

        public long Late => Volatile.Read(ref _late);

        public long OfVersion(int version) => _answers.GetValueOrDefault(version);

        public void BeginSwap(int next) => _retired.TryRemove(next, out _);

        public void EndSwap(int retired) => _retired[retired] = TimeProvider.System.GetTimestamp();

        /// <exception cref="HttpRequestException">A request failed.</exception>
        public async Task AskAsync(CancellationToken ending)
        {
            using var client = new HttpClient();
            while (!ending.IsCancellationRequested)
            {
                var asked = TimeProvider.System.GetTimestamp();
                var before = _retired.ToArray();
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new("application/json");
                using var response = await client.PostAsync(predict, content, CancellationToken.None);
                response.EnsureSuccessStatusCode();
                using var answer = JsonDocument.Parse(
                    await response.Content.ReadAsByteArrayAsync(CancellationToken.None));
                var version = answer.RootElement.GetProperty("version").GetInt32();
                var probability = answer.RootElement.GetProperty("predictions")[0].GetProperty(
                    "probabilities").GetProperty("yes").GetDouble();
                _answers.AddOrUpdate(version, 1, (_, count) => count + 1);
                if (probability != probabilities[version]) Interlocked.Increment(ref _wrong);
                foreach (var (retired, at) in before)
                {
                    // Does not count a version that has become champion again meanwhile.
                    var isStill = _retired.TryGetValue(retired, out var now) && now == at;
                    if (isStill
                        && retired == version
                        && TimeProvider.System.GetElapsedTime(at, asked) > _refresh + _latency)
                    {
                        Interlocked.Increment(ref _late);
                    }
                }
            }
        }
    }
}
