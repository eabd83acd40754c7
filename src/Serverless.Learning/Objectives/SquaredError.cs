using Serverless.Learning.Definition;

namespace Serverless.Learning.Objectives;

/// <summary>Half the squared error.</summary>
internal sealed class SquaredError : Objective
{
    public override TrainingObjective Kind => TrainingObjective.SquaredError;

    public override int Outputs => 1;

    public override double[] BaseScores(float[] labels)
    {
        var sum = 0.0;
        foreach (var label in labels) sum += label;
        return [sum / labels.Length];
    }

    public override double Loss(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels)
    {
        var sum = 0.0;
        for (var i = 0; i < labels.Length; i++) sum += 0.5 * (raw[i] - labels[i]) * (raw[i] - labels[i]);
        return sum;
    }

    public override void Gradients(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<double> gradients)
    {
        for (var i = 0; i < labels.Length; i++) gradients[i] = raw[i] - labels[i];
    }

    public override double? ConstantHessian => 1;

    public override void Derivatives(
        ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<float> gradients, Span<float> hessians)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            gradients[i] = (float)Math.Clamp(raw[i] - labels[i], -float.MaxValue, float.MaxValue);
        }
    }

    public override void ToOutputs(Span<double> scores)
    {
    }
}
