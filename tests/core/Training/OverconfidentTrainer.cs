using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

/// <summary>
/// Logistic regression with log-odds four times too large and without importances: stands for any other trainer.
/// </summary>
internal sealed class OverconfidentTrainer() : WrappedLinearTrainer("overconfident")
{
    public override bool Supports(ModelTask task) => task == ModelTask.Binary;

    protected override Scorer Wrap(Scorer linear, bool isLoaded) => new Overconfident(Name, linear);

    private sealed class Overconfident(string trainer, Scorer inner) : WrappedScorer(trainer, inner)
    {
        public override IReadOnlyList<double> SlotImportance => [];

        public override void Score(ReadOnlySpan<float> slots, Span<double> outputs)
        {
            base.Score(slots, outputs);
            outputs[0] = DeterministicMath.Sigmoid(4 * DeterministicMath.Log(outputs[0] / (1 - outputs[0])));
        }
    }
}
