using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Objectives;

/// <summary>
/// The absolute error: raw scores are medians, robust against outliers. Its gradients carry only the sign, so a leaf's
/// value is the median of its rows' residuals (Friedman 2001, LAD_TreeBoost).
/// </summary>
internal sealed class AbsoluteError : Objective
{
    public override TrainingObjective Kind => TrainingObjective.AbsoluteError;

    public override int Outputs => 1;

    public override double? ConstantHessian => 1;

    public override bool HasLeafValues => true;

    public override double[] BaseScores(float[] labels) => [Median([.. labels])];

    public override double Loss(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels)
    {
        var sum = 0.0;
        for (var i = 0; i < labels.Length; i++) sum += Math.Abs(raw[i] - labels[i]);
        return sum;
    }

    public override void Gradients(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<double> gradients)
    {
        for (var i = 0; i < labels.Length; i++) gradients[i] = Math.Sign(raw[i] - labels[i]);
    }

    public override void Derivatives(
        ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<float> gradients, Span<float> hessians)
    {
        for (var i = 0; i < labels.Length; i++) gradients[i] = Math.Sign(raw[i] - labels[i]);
    }

    public override double LeafValue(Span<float> residuals) => Median(residuals);

    public override void ToOutputs(Span<double> scores)
    {
    }

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    private static double Median(Span<float> values)
    {
        RadixSort.Ascending(values);
        return (values[(values.Length - 1) / 2] * 0.5) + (values[values.Length / 2] * 0.5);
    }
}
