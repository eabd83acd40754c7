using Serverless.Core.Registry;
using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Metrics;
using Serverless.Learning.Profiling;
using Serverless.Learning.Search;
using Serverless.Learning.Splits;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>Data prepared for trainers: split, and encoded by a signature of the training rows.</summary>
internal sealed record PreparedData
{
    public required ModelDefinition Definition { get; init; }

    public required DatasetSchema Schema { get; init; }

    /// <summary>
    /// The rows, or a sample of a large data set; <see cref="TrainingData.AllRows"/> then contains all rows to learn
    /// from.
    /// </summary>
    public required Table Table { get; init; }

    public required Signature Signature { get; init; }

    /// <summary>Split of the table's rows.</summary>
    public required HoldoutSplit Split { get; init; }

    public required TrainingData Train { get; init; }

    public required TrainingData Validation { get; init; }

    /// <summary>The held-out rows; the label is −1 for a class not in the training rows.</summary>
    public required TrainingData Holdout { get; init; }

    /// <summary>Newest value of the time column; null without one.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Places in time of the held-out rows, ascending; null where rows have no order.</summary>
    public long[]? HoldoutTimes { get; init; }

    /// <summary>See <see cref="Manifest.LearnedUntil"/>.</summary>
    public long? LearnedUntil { get; init; }

    /// <summary>The metric that decides.</summary>
    public required Metric Metric { get; init; }

    /// <summary>
    /// Number of rows per part of the split, including those of a large data set that <see cref="Table"/> lacks.
    /// </summary>
    public required RowCounts Counts { get; init; }

    /// <summary>Pairs a scorer's outputs with the labels of some rows.</summary>
    public Predictions Predict(Scorer scorer, TrainingData rows, int threads) =>
        new(Signature.Task, Signature.Classes, rows.Labels, scorer.ScoreAll(rows.Features, threads));
}

/// <summary>A trained model, before its comparison with the champion.</summary>
/// <param name="Scorer">Calibrated if that helps.</param>
/// <param name="Calibration">Null if the probabilities are the trainer's own.</param>
/// <param name="Bytes">The content of model.bin.</param>
/// <param name="Holdout">Its predictions of the held-out rows.</param>
internal sealed record Candidate(
    TrialRecord Trial,
    Scorer Scorer,
    CalibrationRecord? Calibration,
    ReferenceProfile Profile,
    byte[] Bytes,
    Predictions Holdout);
