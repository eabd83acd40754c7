using Microsoft.Extensions.Hosting;
using Serverless.Core.Storage;
using Serverless.Local.Hosting.Console;

namespace Serverless.Local;

/// <summary>Copies the sample data into an empty store, as a user would.</summary>
internal sealed class SampleLoader(BlobStore store, RunConsole console) : IHostedService
{
    private static readonly string[] Samples = ["bird-strikes", "weather", "flight-delays"];

    /// <summary>The models whose data this start has copied.</summary>
    public IReadOnlyList<string> Loaded { get; private set; } = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var container in (string[])[BlobPaths.Datasets, BlobPaths.Models])
        {
            await foreach (var _ in store.ListAsync(container + "/", cancellationToken)) return;
        }

        foreach (var model in Samples)
        {
            var folder = Path.Combine(Repository.DataSamples, model);
            if (!Directory.Exists(folder))
            {
                console.WriteLine($"no samples are loaded: {folder} does not exist");
                return;
            }

            // model.json first: training starts as soon as the host sees a data file.
            await CopyAsync(Path.Combine(folder, "model.json"), BlobPaths.Definition(model), cancellationToken);
            foreach (var file in Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal))
            {
                await CopyAsync(file, BlobPaths.Dataset(model, Path.GetFileName(file)), cancellationToken);
            }
        }

        Loaded = Samples;
        console.WriteLine($"the store is empty: copied the samples {string.Join(", ", Samples)} into it");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CopyAsync(string file, string blob, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file);
        await store.WriteAsync(blob, content, WriteCondition.Always, metadata: null, cancellationToken);
    }
}
