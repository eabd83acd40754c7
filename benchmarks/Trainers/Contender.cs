using System.Diagnostics;
using Serverless.Core.Training;
using Serverless.Learning.Binning;
using Serverless.Learning.Metrics;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.Trainers;

/// <summary>Measurements of one trainer's default model.</summary>
internal sealed record Contender
{
    /// <summary>Its trial in the search, with the score on the validation rows.</summary>
    public required TrialRecord Trial { get; init; }

    public required double TrainingSeconds { get; init; }

    /// <summary>Predictions of the held-out rows, which neither training nor the search used.</summary>
    public required Predictions Holdout { get; init; }

    /// <summary>Size of model.bin, including signature and profile.</summary>
    public required int ModelBytes { get; init; }

    /// <summary>Time from the bytes of the file to the first prediction; median of <see cref="Loads"/>.</summary>
    public required double LoadMilliseconds { get; init; }

    /// <summary>Time to score one row, on one thread.</summary>
    public required double MedianMicroseconds { get; init; }

    public required double NinetyNinthMicroseconds { get; init; }

    private const int Loads = 9;
    private const int Rows = 20_000;

    public static Contender Measure(
        PreparedData data, IReadOnlyList<ITrainer> trainers, TrialRecord trial, Scorer scorer, double trainingSeconds)
    {
        var holdout = data.Predict(scorer, data.Holdout, Environment.ProcessorCount);
        var bytes = ModelFile.Write(
            data.Signature, ProfileBuilder.Build(data.Signature, data.Train.Features, holdout.Outputs), scorer);

        var loads = new double[Loads];
        Scorer loaded = scorer;
        for (var i = 0; i < Loads; i++)
        {
            var started = Stopwatch.GetTimestamp();
            loaded = ModelFile.Read(bytes, trainers).Scorer;
            Ask(loaded, data.Holdout.Features, row: 0);
            loads[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        // The latencies are those of the loaded model, which must equal the trained one.
        if (!data.Predict(loaded, data.Holdout, Environment.ProcessorCount).Outputs.AsSpan().SequenceEqual(
            holdout.Outputs))
        {
            throw new InvalidDataException(
                $"Expected the same predictions of {trial.Trainer} after saving and loading, found others.");
        }

        var microseconds = Latencies(loaded, data.Holdout.Features);
        return new Contender
        {
            Trial = trial,
            TrainingSeconds = trainingSeconds,
            Holdout = holdout,
            ModelBytes = bytes.Length,
            LoadMilliseconds = loads.Order().ElementAt(Loads / 2),
            MedianMicroseconds = microseconds[Rows / 2],
            NinetyNinthMicroseconds = microseconds[Rows * 99 / 100],
        };
    }

    /// <summary>Latencies of single rows in microseconds, sorted, after a warm-up of the same number of rows.</summary>
    private static double[] Latencies(Scorer scorer, FeatureMatrix features)
    {
        var (slots, outputs) = (new float[features.Slots.Count], new double[scorer.OutputCount]);
        var microseconds = new double[Rows];
        for (var i = -Rows; i < Rows; i++)
        {
            features.CopyRow((i + Rows) % features.RowCount, slots);
            var started = Stopwatch.GetTimestamp();
            scorer.Score(slots, outputs);
            // Not a TimeSpan, whose resolution is a tenth of a microsecond.
            if (i >= 0) microseconds[i] = (Stopwatch.GetTimestamp() - started) * 1e6 / Stopwatch.Frequency;
        }

        Array.Sort(microseconds);
        return microseconds;
    }

    private static void Ask(Scorer scorer, FeatureMatrix features, int row)
    {
        var slots = new float[features.Slots.Count];
        features.CopyRow(row, slots);
        scorer.Score(slots, new double[scorer.OutputCount]);
    }
}
