using System.Diagnostics;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>A linear model that trains normally, and then serves as the test says.</summary>
internal sealed class MoodyTrainer() : WrappedLinearTrainer("moody")
{
    public volatile Mood Mood;

    protected override Scorer Wrap(Scorer linear, bool isLoaded) =>
        isLoaded ? new MoodyScorer(linear, this) : new WrappedScorer(Name, linear);

    private sealed class MoodyScorer(Scorer linear, MoodyTrainer trainer) : WrappedScorer(trainer.Name, linear)
    {
        public override void Score(ReadOnlySpan<float> slots, Span<double> outputs)
        {
            base.Score(slots, outputs);
            switch (trainer.Mood)
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
    }
}

internal enum Mood { Fine, Throws, AnswersNaN, Slow }
