using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;

namespace Serverless.Core.Tests.Serving;

/// <summary>Linear models of more than a megabyte in the serving cache, counted as they are loaded.</summary>
internal sealed class LargeTrainer : ITrainer
{
    public const string Definition = """{"label": "y", "training": {"trainers": ["large"], "trials": 1}}""";

    private const int Padding = 300_000;

    private readonly LinearTrainer _linear = new();
    private int _loads;

    public int Loads => Volatile.Read(ref _loads);

    public string Name => "large";

    public bool Supports(ModelTask task) => _linear.Supports(task);

    public Hyperparameters Defaults(ModelTask task) => _linear.Defaults(task);

    public Hyperparameters Sample(ModelTask task, SplitMix64 random) => _linear.Sample(task, random);

    public Scorer Train(
        TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context) =>
        new LargeScorer(_linear.Train(train, validation, hyperparameters, context));

    public Scorer Load(ReadOnlyMemory<byte> payload)
    {
        Interlocked.Increment(ref _loads);
        return new LargeScorer(_linear.Load(payload[..^Padding]));
    }

    private sealed class LargeScorer(Scorer linear) : Scorer
    {
        public override string Trainer => "large";

        public override int OutputCount => linear.OutputCount;

        public override IReadOnlyList<double> SlotImportance => linear.SlotImportance;

        public override void Score(ReadOnlySpan<float> slots, Span<double> outputs) => linear.Score(slots, outputs);

        public override void Save(Stream destination)
        {
            linear.Save(destination);
            destination.Write(new byte[Padding]);
        }
    }
}
