using System.Diagnostics;
using System.Globalization;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;

namespace Serverless.Benchmarks.Learning;

/// <summary>Measures the time from a model file on disk to its first prediction.</summary>
internal static class LoadPart
{
    private const int Loads = 21;

    public static async Task<IReadOnlyList<Bar>> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var data = HiggsLike.Make(100_000, seed: 1);
        var scorer = LearningComparison.Fit(data, Environment.ProcessorCount).Scorer;
        var signature = new Signature
        {
            Task = data.Task,
            Label = "label",
            Classes = ["0", "1"],
            Features =
            [
                .. data.Features.Slots.Select(s => new SignatureFeature { Name = s.Name, Type = ColumnType.Numeric })
            ],
        };
        var profile = ProfileBuilder.Build(signature, data.Features, scorer.ScoreAll(data.Features));
        var file = Path.Combine(LearningComparison.Folder("load"), "model.bin");
        await File.WriteAllBytesAsync(file, ModelFile.Write(signature, profile, scorer), cancellationToken);

        ITrainer[] trainers = [new GradientBoostingTrainer()];
        var slots = new float[HiggsLike.Slots];
        data.Features.CopyRow(0, slots);
        var milliseconds = new List<double>();
        for (var i = 0; i < Loads; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var model = ModelFile.Read(await File.ReadAllBytesAsync(file, cancellationToken), trainers);
            model.Scorer.Score(slots, new double[1]);
            milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        var median = Workplace.Median(milliseconds);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Load: {new FileInfo(file).Length / 1000.0:0} KB from disk to the first prediction in {median:0.00} ms "
            + $"(the first time in this process {milliseconds[0]:0.0} ms).\n"));
        return [new Bar("load of 100 trees, ms", median, 2, AtLeast: false)];
    }
}
