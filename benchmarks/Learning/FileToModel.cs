using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Metrics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;

namespace Serverless.Benchmarks.Learning;

/// <summary>
/// Trains a model from a CSV file, in a process of its own, with the steps of an ingest and a training run: hash,
/// infer, validate, write the part; read it, split, bin, learn a fixed number of trees, profile, save. Leaves out what
/// the peer does not do: the gate, the registry, and the identity of the run.
/// </summary>
internal static class FileToModel
{
    private const string Model = "benchmark";

    /// <summary>Holds out the least that works, because the peer learns from all rows.</summary>
    private static readonly ModelDefinition _definition = new()
    {
        Label = "label",
        Validation = new ValidationSettings { Holdout = 0.01 },
        Training = new TrainingSettings { Trainers = [GradientBoostingTrainer.TrainerName] },
    };

    /// <param name="store">Folder with the file below <c>datasets/benchmark/</c>.</param>
    /// <param name="destination">Path of the model file to write.</param>
    public static async Task RunAsync(
        string store,
        string file,
        string destination,
        int rounds,
        int threads,
        TextWriter output,
        CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var blobs = new FolderBlobStore(store, TimeProvider.System);
        var feed = new RunFeed();
        var progress = new RunProgress(feed, TimeProvider.System, Model, file);
        var trainer = new GradientBoostingTrainer();
        var services = new TrainingServices(
            blobs, new ModelRegistry(blobs, [trainer], TimeProvider.System), new RunRecordStore(blobs), feed, [trainer],
            new TrainingOptions(), TimeProvider.System);
        var written = new WrittenDefinition(_definition, "written", null);
        var taken = await new FileIngest(services, progress, Model, file).TryAsync(written, cancellationToken);
        if (taken is not FileOutcome.Accepted { Part: var part })
        {
            throw new InvalidDataException($"Expected a part, found {taken}.");
        }

        Note($"taken in: hashed, inferred, validated, a part of {part.Bytes:N0} bytes");

        var reader = new InputReader(services, progress, Model);
        var learned = await LearnedFiles.FindAsync(services.Registry, Model, cancellationToken);
        var read = await reader.ReadAsync(new RunInput(_definition, [part]), learned, cancellationToken);
        if (read is not InputOutcome.Ready { Data: var data })
        {
            throw new InvalidDataException($"Expected data, found {read}.");
        }

        Note($"read {data.Counts.Train:N0} rows to learn from, {data.Counts.Validation:N0} to choose by, "
            + $"{data.Counts.Holdout:N0} held out");

        var hyperparameters = trainer.Defaults(data.Signature.Task);
        hyperparameters["num_iterations"] = hyperparameters["early_stopping_round"] = rounds;
        var scorer = trainer.Train(
            data.Train, data.Validation, hyperparameters, new TrainingContext(0, threads, null, cancellationToken));
        Note("learned");

        var bytes = CandidateBuilder.ToModelFile(data, scorer, threads).Bytes;
        await File.WriteAllBytesAsync(destination, bytes, cancellationToken);
        Note($"saved {bytes.Length:N0} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]}, "
            + $"{data.Metric.Name} {data.Metric.Compute(data.Predict(scorer, data.Validation, threads)):0.#####} on "
                + "the rows to choose by");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"peak megabytes {PeakMegabytes()}"));

        void Note(string what) => output.WriteLine(
            $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s, peak {PeakMegabytes():N0} MB: {what}");
    }

    /// <summary>Peak resident memory of this process (VmHWM of Linux).</summary>
    public static double PeakMegabytes()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
