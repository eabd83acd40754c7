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
/// A day of traffic over a thousand models, as fast as it goes: few models get most of the requests (Zipf, exponent 1),
/// and every hour others do. Memory, hits and load times of the cache through the product's own service, without HTTP.
/// </summary>
internal static class CacheReplay
{
    private const int Models = 1000;
    private const int Hours = 24;
    private const int RequestsPerHour = 2_000;
    private const long CacheBytes = 128L << 20;

    /// <returns>The exit code: 0 where memory stayed under the bound.</returns>
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
        var (predictions, cache) = (provider.GetRequiredService<PredictService>(), provider.GetRequiredService<ModelCache>());

        var body = ServingModel.Row().Body;
        // The runtime and the code that is compiled for the first request are no part of the cache.
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
                var isLoad = cache.FindCached(model) is null;
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
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""
            {Models} models of {new FileInfo(Path.Combine(store, BlobPaths.ModelFile(ServingModel.Name, 1))).Length / 1000} KB, {requests:N0} requests in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {cache.Count} models at hand at the end.

            | hits | loads | a load's request, ms: median, 99 %, longest | most memory, MB: estimate, live objects, process | bound, MB |
            | ---: | ---: | ---: | ---: | ---: |
            | {100.0 * (requests - loads) / requests:0.0} % | {loads:N0} | {times[times.Count / 2]:0.00}, {times[times.Count * 99 / 100]:0.00}, {times[^1]:0.0} | {peak / 1e6:0.0}, {peakHeap / 1e6:0.0}, {peakProcess / 1e6:0.0} | {CacheBytes / 1e6:0.0} |

            """));
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

    /// <summary>Of all requests, how many go to the models up to each rank.</summary>
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
                // A manifest names its model, and one of another model is refused.
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
