using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Baseline;

namespace Serverless.Benchmarks.Trainers;

/// <summary>
/// Compares whole training runs on <c>data-samples/</c> with the default trainers and with all trainers: time, chosen
/// trainer and verdict.
/// </summary>
internal static class SampleSearches
{
    private static readonly (string Model, string File)[] _samples =
        [("weather", "seattle.csv"), ("bird-strikes", "bird-strikes.csv"), ("flight-delays", "flights-2001.csv")];

    public static async Task PrintAsync(
        Func<string, ServiceProvider> services, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(
            "| sample | trainers | training, s | chosen | gate |\n| --- | --- | ---: | --- | --- |");
        // Warms up: the first run includes compilation.
        await RunAsync(services, _samples[0], all: true, cancellationToken);
        foreach (var sample in _samples)
        {
            foreach (var all in (bool[])[false, true])
            {
                var made = await RunAsync(services, sample, all, cancellationToken);
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {sample.Model} | {(all ? "all" : "default")} | {made.Seconds["training"]:0.0} | "
                    + $"{made.Trainer} | {made.Verdict.Decision} |"));
            }
        }

        await output.WriteLineAsync();
    }

    private static async Task<Manifest> RunAsync(
        Func<string, ServiceProvider> services,
        (string Model, string File) sample,
        bool all,
        CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("serverless-samples-").FullName;
        try
        {
            await using var product = services(folder);
            var store = product.GetRequiredService<BlobStore>();
            var source = Path.Combine(Workplace.Repository(), "data-samples", sample.Model);
            var definition = JsonNode.Parse(
                await File.ReadAllTextAsync(Path.Combine(source, "model.json"), cancellationToken))!;
            if (all)
            {
                var names = Names(product, definition["task"]!.ToString());
                definition["training"] = new JsonObject { ["trainers"] = names };
            }

            await WriteAsync(
                BlobPaths.Definition(sample.Model), System.Text.Encoding.UTF8.GetBytes(definition.ToJsonString()));
            await WriteAsync(
                BlobPaths.Dataset(sample.Model, sample.File),
                await File.ReadAllBytesAsync(Path.Combine(source, sample.File), cancellationToken));

            var taken = await product.GetRequiredService<IngestRunner>()
                .RunAsync(new IngestRequest(sample.Model, sample.File), cancellationToken);
            var run = taken.Record ?? await product.GetRequiredService<TrainingRunner>()
                .RunAsync(taken.Training!, cancellationToken);
            var version = run.Version ?? throw new InvalidDataException($"{sample.Model}: {run.Message}");
            return (await product.GetRequiredService<ModelRegistry>().GetAsync(
                sample.Model, version, cancellationToken))!;

            async Task WriteAsync(string name, byte[] content) =>
                await store.WriteAsync(name, content, WriteCondition.Always, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static JsonArray Names(ServiceProvider product, string task) => new(
        [.. product.GetRequiredService<IReadOnlyList<ITrainer>>()
            .Where(
                t => t.Name != BaselineTrainer.TrainerName && t.Supports(Enum.Parse<ModelTask>(task, ignoreCase: true)))
            .Select(t => (JsonNode)t.Name)]);
}
