using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;

namespace Serverless.Tests;

/// <summary>A linear trainer under another name, whose scorers a test wraps.</summary>
internal abstract class WrappedLinearTrainer(string name) : ITrainer
{
    private readonly LinearTrainer _linear = new();

    public string Name => name;

    public virtual bool Supports(ModelTask task) => _linear.Supports(task);

    public Hyperparameters Defaults(ModelTask task) => _linear.Defaults(task);

    public Hyperparameters Sample(ModelTask task, SplitMix64 random) => _linear.Sample(task, random);

    public Scorer Train(
        TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context) =>
        Wrap(_linear.Train(train, validation, hyperparameters, context), isLoaded: false);

    public virtual Scorer Load(ReadOnlyMemory<byte> payload) => Wrap(_linear.Load(payload), isLoaded: true);

    protected abstract Scorer Wrap(Scorer linear, bool isLoaded);
}

/// <summary>Scores and saves as another scorer does.</summary>
internal class WrappedScorer(string trainer, Scorer inner) : Scorer
{
    public override string Trainer => trainer;

    public override int OutputCount => inner.OutputCount;

    public override IReadOnlyList<double> SlotImportance => inner.SlotImportance;

    public override void Score(ReadOnlySpan<float> slots, Span<double> outputs) => inner.Score(slots, outputs);

    public override void Save(Stream destination) => inner.Save(destination);
}
