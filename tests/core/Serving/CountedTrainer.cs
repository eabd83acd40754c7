using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;

namespace Serverless.Core.Tests.Serving;

/// <summary>Linear models that tell how many rows were scored.</summary>
internal sealed class CountedTrainer : ITrainer
{
    public const string Definition = """{"label": "y", "training": {"trainers": ["counted"], "trials": 1}}""";

    private readonly LinearTrainer _linear = new();
    private long _scored;

    public long Scored => Interlocked.Read(ref _scored);

    public string Name => "counted";

    public bool Supports(ModelTask task) => _linear.Supports(task);

    public Hyperparameters Defaults(ModelTask task) => _linear.Defaults(task);

    public Hyperparameters Sample(ModelTask task, SplitMix64 random) => _linear.Sample(task, random);

    public Scorer Train(
        TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context) =>
        new CountedScorer(_linear.Train(train, validation, hyperparameters, context), this);

    public Scorer Load(ReadOnlyMemory<byte> payload) => new CountedScorer(_linear.Load(payload), this);

    private sealed class CountedScorer(Scorer linear, CountedTrainer trainer) : Scorer
    {
        public override string Trainer => trainer.Name;

        public override int OutputCount => linear.OutputCount;

        public override IReadOnlyList<double> SlotImportance => linear.SlotImportance;

        public override void Score(ReadOnlySpan<float> slots, Span<double> outputs)
        {
            Interlocked.Increment(ref trainer._scored);
            linear.Score(slots, outputs);
        }

        public override void Save(Stream destination) => linear.Save(destination);
    }
}
