using Serverless.Datasets;
using Serverless.Evaluation;
using Serverless.Monitoring;
using Serverless.Registry;
using Serverless.Training;

namespace Serverless.Runs;

/// <summary>Data made ready for trainers: split, and encoded by a signature that the training rows gave.</summary>
internal sealed record PreparedData
{
    public required ModelDefinition Definition { get; init; }

    public required DatasetSchema Schema { get; init; }

    public required Table Table { get; init; }

    public required Signature Signature { get; init; }

    public required Split Split { get; init; }

    public required TrainingData Train { get; init; }

    public required TrainingData Validation { get; init; }

    public required FeatureMatrix Holdout { get; init; }

    /// <summary>Labels of the held-out rows; −1 for a class that training has not seen.</summary>
    public required float[] HoldoutLabels { get; init; }

    /// <summary>The single number that decides.</summary>
    public required Metric Metric { get; init; }

    public RowCounts Counts => new(Split.Train.Length, Split.Validation.Length, Split.Holdout.Length);

    /// <summary>What a scorer says to the held-out rows, beside the truth.</summary>
    public Predictions Predict(Scorer scorer) =>
        new(Signature.Task, Signature.Classes, HoldoutLabels, scorer.ScoreAll(Holdout));
}

/// <summary>A trained model that has not been judged yet.</summary>
/// <param name="Bytes">The content of model.bin.</param>
/// <param name="Holdout">Its predictions for the held-out rows.</param>
internal sealed record Candidate(
    TrialRecord Trial, Scorer Scorer, ReferenceProfile Profile, byte[] Bytes, Predictions Holdout);
