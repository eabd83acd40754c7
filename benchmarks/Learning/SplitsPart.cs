using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Metrics;
using Serverless.Learning.Reading;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;

namespace Serverless.Benchmarks.Learning;

/// <summary>
/// Compares AUCs on tables of few distinct rows, each with ten seeds: ours on our held-out rows, scikit-learn's with
/// the same split, and scikit-learn's with its own random splits.
/// </summary>
internal static class SplitsPart
{
    private const int Seeds = 10;

    /// <summary>
    /// Limit of the difference to scikit-learn's AUC: for each seed on the same rows, and for the means on own rows.
    /// </summary>
    private const double Tolerance = 0.02;

    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    public static async Task<IReadOnlyList<Bar>> RunAsync(
        string python, TextWriter output, CancellationToken cancellationToken)
    {
        var bars = new List<Bar>();
        await output.WriteLineAsync(
            "| table | ours, mean of ten seeds | least | most | scikit-learn on the same rows | largest difference | "
            + "scikit-learn on its own splits |\n"
            + "| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (name, header, rows) in FewDistinctRows.All())
        {
            var folder = LearningComparison.Folder("splits");
            var text = $"{header}\n{string.Concat(rows.Select(r => r + "\n"))}";
            var (table, held) = (Path.Combine(folder, "rows.csv"), Path.Combine(folder, "held.u8"));
            await File.WriteAllTextAsync(table, text, cancellationToken);
            var (ours, sides) = (new List<double>(), new List<byte>());
            for (var seed = 1; seed <= Seeds; seed++)
            {
                var (auc, holdout) = await FitAsync(text, seed, cancellationToken);
                ours.Add(auc);
                var side = new byte[rows.Count];
                foreach (var row in holdout) side[row] = 1;
                sides.AddRange(side);
            }

            await File.WriteAllBytesAsync(held, [.. sides], cancellationToken);
            var peer = await PeerAsync(python, table, held, cancellationToken);
            var furthest = ours.Zip(peer.Same, (a, b) => Math.Abs(a - b)).Max();
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {ours.Average():0.0000} | {ours.Min():0.0000} | {ours.Max():0.0000} | "
                + $"{peer.Same.Average():0.0000} | {furthest:0.0000} | {peer.Own.Average():0.0000} |"));
            bars.Add(new Bar(
                $"AUC of {name}, furthest from scikit-learn's on the same rows", furthest, Tolerance, AtLeast: false));
            bars.Add(new Bar(
                $"AUC of {name}, mean less scikit-learn's on its own splits",
                Math.Abs(ours.Average() - peer.Own.Average()),
                Tolerance,
                AtLeast: false));
        }

        await output.WriteLineAsync();
        return bars;
    }

    private static async Task<(double Auc, int[] Holdout)> FitAsync(
        string text, int seed, CancellationToken cancellationToken)
    {
        var definition = new ModelDefinition { Training = new TrainingSettings { Seed = seed } };
        var bytes = Encoding.UTF8.GetBytes(text);
        var inference = await SchemaInference.InferAsync(
            new MemoryStream(bytes), "rows.csv", definition, cancellationToken);
        var read = await DatasetReader.ReadAsync(
            new MemoryStream(bytes), new("rows.csv", inference.Schema!, definition), cancellationToken);
        var (data, refusal) = DataPreparation.Prepare(
            definition, inference.Schema!, read.Table!, read.AllRows, Environment.ProcessorCount);
        if (data is null) throw new InvalidOperationException(refusal);
        var trainer = new GradientBoostingTrainer();
        var scorer = trainer.Train(
            data.Train,
            data.Validation,
            trainer.Defaults(ModelTask.Binary),
            new TrainingContext(seed, Environment.ProcessorCount));
        return (data.Metric.Compute(
            data.Predict(scorer, data.Holdout, Environment.ProcessorCount)), data.Split.Holdout);
    }

    private static async Task<SplitsPeer> PeerAsync(
        string python, string table, string held, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            python, [Path.Combine(AppContext.BaseDirectory, "Learning", "splits.py"), table, held])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1"; // more threads would slow down such small fits
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Expected scikit-learn to run with {python}, found: {await error}");
        }

        return JsonSerializer.Deserialize<SplitsPeer>(output, CamelCase)!;
    }

    /// <param name="Same">AUC of each seed, with our split.</param>
    /// <param name="Own">AUC of each seed, with scikit-learn's split.</param>
    private sealed record SplitsPeer(IReadOnlyList<double> Same, IReadOnlyList<double> Own);
}
