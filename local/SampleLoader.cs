using Microsoft.Extensions.Hosting;
using Serverless.Core.Storage;
using Serverless.Local.Hosting;

namespace Serverless.Local;

/// <summary>Drops the sample data into an empty store, as a person would.</summary>
internal sealed class SampleLoader(BlobStore store, RunConsole console) : IHostedService
{
    private static readonly string[] Samples = ["bird-strikes", "weather", "flight-delays"];

    /// <summary>The models whose data was dropped at this start.</summary>
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
                console.WriteLine($"no samples are loaded: {folder} is not there");
                return;
            }

            // model.json first: a data set is trained on as soon as it is seen.
            await CopyAsync(Path.Combine(folder, "model.json"), BlobPaths.Definition(model), cancellationToken);
            foreach (var file in Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal))
            {
                await CopyAsync(file, BlobPaths.Dataset(model, Path.GetFileName(file)), cancellationToken);
            }
        }

        Loaded = Samples;
        console.WriteLine($"the store is empty: dropped the samples {string.Join(", ", Samples)} into it");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CopyAsync(string file, string blob, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file);
        await store.WriteAsync(blob, content, WriteCondition.Always, metadata: null, cancellationToken);
    }
}
