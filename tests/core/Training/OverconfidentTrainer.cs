using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;

namespace Serverless.Core.Tests.Training;

/// <summary>
/// Logistic regression that says everything four times as surely, and of whose inside nothing is known: stands for any
/// trainer behind the seam.
/// </summary>
internal sealed class OverconfidentTrainer : ITrainer
{
    private readonly LinearTrainer _inner = new();

    public string Name => "overconfident";

    public bool Supports(ModelTask task) => task == ModelTask.Binary;

    public Hyperparameters Defaults(ModelTask task) => _inner.Defaults(task);

    public Hyperparameters Sample(ModelTask task, SplitMix64 random) => _inner.Sample(task, random);

    public Scorer Train(
        TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context) =>
        new Overconfident(_inner.Train(train, validation, hyperparameters, context));

    public Scorer Load(ReadOnlyMemory<byte> payload) => new Overconfident(_inner.Load(payload));

    private sealed class Overconfident(Scorer inner) : Scorer
    {
        public override string Trainer => "overconfident";

        public override int OutputCount => 1;

        public override IReadOnlyList<double> SlotImportance => [];

        public override void Score(ReadOnlySpan<float> slots, Span<double> outputs)
        {
            inner.Score(slots, outputs);
            outputs[0] = DeterministicMath.Sigmoid(4 * DeterministicMath.Log(outputs[0] / (1 - outputs[0])));
        }

        public override void Save(Stream destination) => inner.Save(destination);
    }
}
