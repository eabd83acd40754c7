using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Core.Tests.Serving;

/// <summary>Linear models that count the scored rows.</summary>
internal sealed class CountedTrainer() : WrappedLinearTrainer("counted")
{
    public const string Definition = """{"label": "y", "training": {"trainers": ["counted"], "trials": 1}}""";

    private long _scored;

    public long Scored => Interlocked.Read(ref _scored);

    protected override Scorer Wrap(Scorer linear, bool isLoaded) => new CountedScorer(linear, this);

    private sealed class CountedScorer(Scorer linear, CountedTrainer trainer) : WrappedScorer(trainer.Name, linear)
    {
        public override void Score(ReadOnlySpan<float> slots, Span<double> outputs)
        {
            Interlocked.Increment(ref trainer._scored);
            base.Score(slots, outputs);
        }
    }
}
