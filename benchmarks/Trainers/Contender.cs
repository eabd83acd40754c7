using System.Diagnostics;
using Serverless.Core.Training;
using Serverless.Learning.Binning;
using Serverless.Learning.Metrics;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.Trainers;

/// <summary>What one trainer's default model comes to.</summary>
internal sealed record Contender
{
    /// <summary>Its trial in the search; the score is that on the validation rows.</summary>
    public required TrialRecord Trial { get; init; }

    public required double TrainingSeconds { get; init; }

    /// <summary>Of the held-out rows, which neither training nor the search saw.</summary>
    public required Predictions Holdout { get; init; }

    /// <summary>Size of model.bin, its signature and profile included.</summary>
    public required int ModelBytes { get; init; }

    /// <summary>From the file's bytes to the first prediction; the median of <see cref="Loads"/>.</summary>
    public required double LoadMilliseconds { get; init; }

    /// <summary>One row's slots to its outputs, on one thread.</summary>
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

        // The model that is measured is the one that was saved and loaded: it must be the same one.
        if (!data.Predict(loaded, data.Holdout, Environment.ProcessorCount).Outputs.AsSpan().SequenceEqual(
            holdout.Outputs))
        {
            throw new InvalidDataException(
                $"The model of {trial.Trainer} answers otherwise after it was saved and loaded.");
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

    /// <summary>Microseconds of many single rows, ascending, after as many that warm up.</summary>
    private static double[] Latencies(Scorer scorer, FeatureMatrix features)
    {
        var (slots, outputs) = (new float[features.Slots.Count], new double[scorer.OutputCount]);
        var microseconds = new double[Rows];
        for (var i = -Rows; i < Rows; i++)
        {
            features.CopyRow((i + Rows) % features.RowCount, slots);
            var started = Stopwatch.GetTimestamp();
            scorer.Score(slots, outputs);
            // Not as a TimeSpan, which counts in tenths of a microsecond.
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
