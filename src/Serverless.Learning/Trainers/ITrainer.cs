using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers;

/// <summary>
/// Learns a <see cref="Scorer"/>. Ours are the baseline, linear models and gradient-boosted trees;
/// <c>Serverless.MlNet</c> adds Microsoft.ML's.
/// </summary>
public interface ITrainer
{
    /// <summary>Name in <c>model.json</c> (<c>training.trainers</c>), manifests and model files.</summary>
    string Name { get; }

    bool Supports(ModelTask task);

    /// <summary>
    /// Whether it supports objectives, class weights and monotone features: <see cref="TrainingData.Goal"/>.
    /// </summary>
    bool SupportsObjectives => false;

    /// <summary>Whether it competes if <c>training.trainers</c> is empty, or only when named.</summary>
    bool CompetesByDefault => true;

    /// <summary>Whether what <see cref="Train"/> says of the bytes holds on every machine.</summary>
    bool PromisesSameBytes => true;

    /// <summary>The hyperparameters of trial 0.</summary>
    Hyperparameters Defaults(ModelTask task);

    /// <summary>Samples hyperparameters of a further trial from <paramref name="random"/> alone.</summary>
    Hyperparameters Sample(ModelTask task, SplitMix64 random);

    /// <summary>
    /// Learns from <paramref name="train"/>; <paramref name="validation"/> is for early stopping and regularisation
    /// only. The same inputs give a scorer that saves to the same bytes, for any <see cref="TrainingContext.Threads"/>.
    /// </summary>
    Scorer Train(TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context);

    /// <summary>Reads what <see cref="Scorer.Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The payload is not such a scorer's.</exception>
    Scorer Load(ReadOnlyMemory<byte> payload);
}

/// <summary>A learned model that maps feature slots to outputs. Immutable and safe to use from many threads.</summary>
public abstract class Scorer
{
    /// <summary>Name of the trainer that made it and can load it.</summary>
    public abstract string Trainer { get; }

    /// <summary>
    /// 1 for regression (the value) and binary (probability of class 1); the number of classes for multiclass.
    /// </summary>
    public abstract int OutputCount { get; }

    /// <summary>Scores one row.</summary>
    /// <param name="slots">One value per slot of the <see cref="Signature"/>, NaN for missing.</param>
    /// <param name="outputs"><see cref="OutputCount"/> values; probabilities add up to 1.</param>
    public abstract void Score(ReadOnlySpan<float> slots, Span<double> outputs);

    /// <summary>Scores many rows, with the same outputs as one by one.</summary>
    /// <param name="rows">The rows' slots, row after row.</param>
    /// <param name="outputs"><see cref="OutputCount"/> values per row; its length gives the number of rows.</param>
    public virtual void ScoreMany(ReadOnlySpan<float> rows, Span<double> outputs)
    {
        var count = outputs.Length / OutputCount;
        var slots = count == 0 ? 0 : rows.Length / count;
        for (var row = 0; row < count; row++)
        {
            Score(rows.Slice(row * slots, slots), outputs.Slice(row * OutputCount, OutputCount));
        }
    }

    /// <summary>
    /// How much each slot contributed in training, not negative, on the trainer's own scale. Empty if unknown.
    /// </summary>
    public abstract IReadOnlyList<double> SlotImportance { get; }

    public abstract void Save(Stream destination);

    /// <summary>Null if single predictions cannot be explained exactly.</summary>
    internal virtual SlotAttribution? Attribution(ModelTask task) => null;
}

/// <summary>Rows that a trainer learns from.</summary>
/// <param name="Labels">The value for regression, otherwise the class index. One per row.</param>
/// <param name="ClassCount">0 for regression.</param>
public sealed record TrainingData(ModelTask Task, FeatureMatrix Features, float[] Labels, int ClassCount)
{
    /// <summary>
    /// All rows of a large data set, binned; <see cref="Features"/> then has a sample with values. Null if it has all
    /// rows. Trainers that learn from bins should prefer these.
    /// </summary>
    public BinnedRows? AllRows { get; init; }

    /// <summary>Requirements beyond the task, which not every trainer supports.</summary>
    public LearningGoal Goal { get; init; } = new();

    /// <summary>Selects the given rows, in the given order, from those with values.</summary>
    public TrainingData Select(int[] rows) =>
        this with { Features = Features.Select(rows), Labels = Array.ConvertAll(rows, r => Labels[r]), AllRows = null };
}

/// <param name="Labels">One per row of the bins, as in <see cref="TrainingData"/>.</param>
public sealed record BinnedRows(BinnedMatrix Bins, float[] Labels);

/// <param name="Threads">Max threads, from 1.</param>
/// <param name="Progress">Receives progress, 0 to 1.</param>
public sealed record TrainingContext(
    long Seed, int Threads, IProgress<double>? Progress = null, CancellationToken CancellationToken = default);
