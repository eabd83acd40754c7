using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Objectives;

/// <summary>
/// The Poisson deviance, for counts; the raw score is the logarithm of the mean. Labels must not be negative.
/// </summary>
internal sealed class PoissonLoss : Objective
{
    /// <summary>Raw scores are capped here to keep means finite.</summary>
    public const double MaxRaw = 80;

    /// <summary>
    /// Hessians are taken at a score this much higher, so that steps from a low mean do not overshoot (as in LightGBM).
    /// </summary>
    private const double Caution = 0.7;

    public override TrainingObjective Kind => TrainingObjective.Poisson;

    public override int Outputs => 1;

    public override double[] BaseScores(float[] labels)
    {
        var sum = 0.0;
        foreach (var label in labels) sum += label;
        return [DeterministicMath.Log(Math.Max(sum / labels.Length, 1e-6))];
    }

    public override double Loss(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels)
    {
        var sum = 0.0;
        for (var i = 0; i < labels.Length; i++) sum += Mean(raw[i]) - (labels[i] * raw[i]);
        return sum;
    }

    public override void Gradients(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<double> gradients)
    {
        for (var i = 0; i < labels.Length; i++) gradients[i] = Mean(raw[i]) - labels[i];
    }

    public override void Derivatives(
        ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<float> gradients, Span<float> hessians)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            gradients[i] = (float)(Mean(raw[i]) - labels[i]);
            hessians[i] = (float)Mean(raw[i] + Caution);
        }
    }

    public override void ToOutputs(Span<double> scores) => scores[0] = Mean(scores[0]);

    private static double Mean(double raw) => DeterministicMath.Exp(Math.Min(raw, MaxRaw));
}
