using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Core.Tests.Serving;

/// <summary>Linear models of more than a megabyte in the serving cache, counted as they are loaded.</summary>
internal sealed class LargeTrainer() : WrappedLinearTrainer("large")
{
    public const string Definition = """{"label": "y", "training": {"trainers": ["large"], "trials": 1}}""";

    private const int Padding = 300_000;

    private int _loads;

    public int Loads => Volatile.Read(ref _loads);

    public override Scorer Load(ReadOnlyMemory<byte> payload)
    {
        Interlocked.Increment(ref _loads);
        return base.Load(payload[..^Padding]);
    }

    protected override Scorer Wrap(Scorer linear, bool isLoaded) => new LargeScorer(Name, linear);

    private sealed class LargeScorer(string trainer, Scorer linear) : WrappedScorer(trainer, linear)
    {
        public override void Save(Stream destination)
        {
            base.Save(destination);
            destination.Write(new byte[Padding]);
        }
    }
}
