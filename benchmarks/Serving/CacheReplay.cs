using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Core.Composition;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Learning.Numerics;

namespace Serverless.Benchmarks.Serving;

/// <summary>
/// Replays a day of traffic to a thousand models at full speed, in process. Few models get most of the requests (Zipf,
/// exponent 1), and other models every hour. Measures memory, hits and load times of the cache.
/// </summary>
internal static class CacheReplay
{
    private const int Models = 1000;
    private const int Hours = 24;
    private const int RequestsPerHour = 2_000;
    private const long CacheBytes = 128L << 20;

    /// <returns>Exit code: 0 if all bars are met.</returns>
    public static Task<int> RunAsync(
        TextWriter output, CancellationToken cancellationToken) => Workplace.InFolderAsync("cache", async folder =>
    {
        var store = Path.Combine(folder, "store");
        await ServingModel.MakeAsync(store, Path.Combine(folder, "rows.csv"), cancellationToken);
        await CopyAsync(new FolderBlobStore(store, TimeProvider.System), cancellationToken);
        return await ReplayAsync(store, output, cancellationToken);
    });

    private static async Task<int> ReplayAsync(string store, TextWriter output, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton(new ServingOptions { ModelCacheMegabytes = (int)(CacheBytes >> 20) });
        services.AddServerless(_ => new FolderBlobStore(store, TimeProvider.System));
        await using var provider = services.BuildServiceProvider();
        var predictions = provider.GetRequiredService<PredictService>();
        var cache = provider.GetRequiredService<ModelCache>();

        var body = ServingModel.Row().Body;
        // Warms up, so that the memory of compiled code does not count.
        await AskAsync(predictions, "copy-0", body, cancellationToken);
        var (random, shares) = (new SplitMix64(1), Shares());
        var (loads, times, peak, peakHeap, peakProcess) = (0L, new List<double>(), 0L, 0L, 0L);
        var (before, processBefore) = (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
        var started = Stopwatch.GetTimestamp();
        for (var hour = 0; hour < Hours; hour++)
        {
            for (var i = 0; i < RequestsPerHour; i++)
            {
                var rank = Array.BinarySearch(shares, random.NextDouble());
                var model = $"copy-{((rank < 0 ? ~rank : rank) + (hour * 7)) % Models}";
                var isLoad = cache.FindAtHand(model) is null;
                var asked = Stopwatch.GetTimestamp();
                await AskAsync(predictions, model, body, cancellationToken);
                if (!isLoad) continue;
                loads++;
                times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                peak = Math.Max(peak, cache.Bytes);
                if (loads % 16 == 0) peakProcess = Math.Max(peakProcess, Environment.WorkingSet - processBefore);
            }

            peakHeap = Math.Max(peakHeap, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        times.Sort();
        const int requests = Hours * RequestsPerHour;
        var kilobytes = new FileInfo(Path.Combine(store, BlobPaths.ModelFile(ServingModel.Name, 1))).Length / 1000;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{Models} models of {kilobytes} KB, {requests:N0} requests in {seconds:0} s, {cache.Count} models at hand "
            + $"at the end.\n"));
        await output.WriteLineAsync(
            "| hits | loads | a load's request, ms: median, 99 %, longest | most memory, MB: estimate, live objects, "
            + "process | bound, MB |\n| ---: | ---: | ---: | ---: | ---: |");
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"| {100.0 * (requests - loads) / requests:0.0} % | {loads:N0} | {times[times.Count / 2]:0.00}, "
            + $"{times[times.Count * 99 / 100]:0.00}, {times[^1]:0.0} | {peak / 1e6:0.0}, {peakHeap / 1e6:0.0}, "
            + $"{peakProcess / 1e6:0.0} | {CacheBytes / 1e6:0.0} |\n"));
        return await Bar.PrintAsync(
            [
                new Bar("most memory as the cache estimates it, MB", peak / 1e6, CacheBytes / 1e6, AtLeast: false),
                new Bar(
                    "most memory of live objects, after a full collection each hour, MB",
                    peakHeap / 1e6,
                    CacheBytes / 1e6,
                    AtLeast: false),
                new Bar(
                    "most memory that the process grew by, MB", peakProcess / 1e6, CacheBytes / 1e6, AtLeast: false),
            ],
            output);
    }

    private static async Task AskAsync(
        PredictService predictions, string model, byte[] body, CancellationToken cancellationToken)
    {
        var outcome = await predictions.PredictAsync(model, body, cancellationToken);
        if (outcome is not PredictOutcome.Answered answered) throw new InvalidOperationException($"{model}: {outcome}");
        answered.Answer.Dispose();
    }

    /// <summary>Cumulative shares of the requests, by rank of the model.</summary>
    private static double[] Shares()
    {
        var shares = new double[Models];
        var sum = 0.0;
        for (var i = 0; i < Models; i++) shares[i] = sum += 1.0 / (i + 1);
        return Array.ConvertAll(shares, share => share / sum);
    }

    private static async Task CopyAsync(FolderBlobStore store, CancellationToken cancellationToken)
    {
        foreach (var name in (string[])[
            BlobPaths.ModelFile(ServingModel.Name, 1), BlobPaths.Manifest(ServingModel.Name, 1),
            BlobPaths.Aliases(ServingModel.Name)])
        {
            var (bytes, _) = (await store.ReadAllAsync(name, 1 << 24, cancellationToken))!.Value;
            for (var i = 0; i < Models; i++)
            {
                var copy = name.Replace($"/{ServingModel.Name}/", $"/copy-{i}/", StringComparison.Ordinal);
                // The registry refuses a manifest that names another model.
                var content = name.EndsWith(".json", StringComparison.Ordinal)
                    ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes)
                        .Replace(
                            $"\"model\": \"{ServingModel.Name}\"",
                            $"\"model\": \"copy-{i}\"",
                            StringComparison.Ordinal))
                    : bytes;
                await store.WriteAsync(copy, content, WriteCondition.OnlyIfAbsent, cancellationToken);
            }
        }
    }
}
