using System.Diagnostics;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>
/// A linear model that is fine where it is trained, and where it serves does as the test says: what a real one may do.
/// </summary>
internal sealed class MoodyTrainer : ITrainer
{
    private readonly LinearTrainer _linear = new();

    public volatile Mood Mood;

    public string Name => "moody";

    public bool Supports(ModelTask task) => _linear.Supports(task);

    public Hyperparameters Defaults(ModelTask task) => _linear.Defaults(task);

    public Hyperparameters Sample(ModelTask task, SplitMix64 random) => _linear.Sample(task, random);

    public Scorer Train(
        TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context) =>
        new MoodyScorer(_linear.Train(train, validation, hyperparameters, context), () => Mood.Fine);

    public Scorer Load(ReadOnlyMemory<byte> payload) => new MoodyScorer(_linear.Load(payload), () => Mood);

    private sealed class MoodyScorer(Scorer linear, Func<Mood> mood) : Scorer
    {
        public override string Trainer => "moody";

        public override int OutputCount => linear.OutputCount;

        public override IReadOnlyList<double> SlotImportance => linear.SlotImportance;

        public override void Score(ReadOnlySpan<float> slots, Span<double> outputs)
        {
            linear.Score(slots, outputs);
            switch (mood())
            {
                case Mood.Throws:
                    throw new InvalidOperationException("The model is in no mood.");
                case Mood.AnswersNaN:
                    outputs.Fill(double.NaN);
                    break;
                case Mood.Slow:
                    var started = Stopwatch.GetTimestamp();
                    while (Stopwatch.GetElapsedTime(started).TotalMilliseconds < 5) Thread.SpinWait(50);
                    break;
                default:
                    break;
            }
        }

        public override void Save(Stream destination) => linear.Save(destination);
    }
}

internal enum Mood { Fine, Throws, AnswersNaN, Slow }
