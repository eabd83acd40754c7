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

/// <summary>Data made ready for trainers: split, and encoded by a signature that the training rows gave.</summary>
internal sealed record PreparedData
{
    public required ModelDefinition Definition { get; init; }

    public required DatasetSchema Schema { get; init; }

    /// <summary>
    /// The rows, of a large data set a sample of them; <see cref="TrainingData.AllRows"/> has all to learn from.
    /// </summary>
    public required Table Table { get; init; }

    public required Signature Signature { get; init; }

    /// <summary>Of the table's rows.</summary>
    public required HoldoutSplit Split { get; init; }

    public required TrainingData Train { get; init; }

    public required TrainingData Validation { get; init; }

    /// <summary>The held-out rows; the label is −1 for a class that training has not seen.</summary>
    public required TrainingData Holdout { get; init; }

    /// <summary>Newest moment of the time column; null without one.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The single number that decides.</summary>
    public required Metric Metric { get; init; }

    /// <summary>How the rows were split, those of a large data set that <see cref="Table"/> lacks included.</summary>
    public required RowCounts Counts { get; init; }

    /// <summary>What a scorer says to some of the rows, beside the truth.</summary>
    public Predictions Predict(Scorer scorer, TrainingData rows, int threads) =>
        new(Signature.Task, Signature.Classes, rows.Labels, scorer.ScoreAll(rows.Features, threads));
}

/// <summary>A trained model that has not been judged yet.</summary>
/// <param name="Scorer">As it answers, calibrated where that helps.</param>
/// <param name="Calibration">Null where the probabilities are as the trainer gives them.</param>
/// <param name="Bytes">The content of model.bin.</param>
/// <param name="Holdout">Its predictions for the held-out rows.</param>
internal sealed record Candidate(
    TrialRecord Trial,
    Scorer Scorer,
    CalibrationRecord? Calibration,
    ReferenceProfile Profile,
    byte[] Bytes,
    Predictions Holdout);
