using System.Runtime.Intrinsics;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Objectives;

/// <summary>Log loss of two classes; labels are 0 and 1.</summary>
/// <param name="classWeights">Weights of class 0 and 1; empty for 1 each.</param>
internal sealed class LogisticLoss(IReadOnlyList<double> classWeights) : Objective
{
    private readonly double _weight0 = classWeights.Count > 0 ? classWeights[0] : 1;
    private readonly double _weight1 = classWeights.Count > 0 ? classWeights[1] : 1;

    public override TrainingObjective Kind => TrainingObjective.Logistic;

    public override int Outputs => 1;

    public override double[] BaseScores(float[] labels)
    {
        var ones = 0L;
        foreach (var label in labels) ones += (long)label;
        return [DeterministicMath.Log(((ones * _weight1) + 0.5) / (((labels.Length - ones) * _weight0) + 0.5))];
    }

    public override double Loss(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels)
    {
        var sum = 0.0;
        for (var i = 0; i < labels.Length; i++)
        {
            // log(1 + e^x) without overflow
            var loss = Math.Max(raw[i], 0) + DeterministicMath.Log(1 + DeterministicMath.Exp(-Math.Abs(raw[i])))
                - (raw[i] * labels[i]);
            sum += Weight(labels[i]) * loss;
        }

        return sum;
    }

    public override void Gradients(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<double> gradients)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            gradients[i] = Weight(labels[i]) * (DeterministicMath.Sigmoid(raw[i]) - labels[i]);
        }
    }

    public override void Derivatives(
        ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<float> gradients, Span<float> hessians)
    {
        var i = 0;
        for (; i + Vector256<double>.Count <= labels.Length; i += Vector256<double>.Count)
        {
            var probability = DeterministicMath.Sigmoid(Vector256.Create<double>(raw[i..]));
            var label = Vector256.WidenLower(Vector128.Create<float>(labels[i..]).ToVector256());
            var weight = Vector256.ConditionalSelect(
                Vector256.Equals(label, Vector256<double>.Zero), Vector256.Create(_weight0),
                Vector256.Create(_weight1));
            Vector256.Narrow(weight * (probability - label), default).GetLower().CopyTo(gradients[i..]);
            var hessian = weight * (probability * (Vector256<double>.One - probability));
            Vector256.Narrow(hessian, default).GetLower().CopyTo(hessians[i..]);
        }

        for (; i < labels.Length; i++)
        {
            var probability = DeterministicMath.Sigmoid(raw[i]);
            gradients[i] = (float)(Weight(labels[i]) * (probability - labels[i]));
            hessians[i] = (float)(Weight(labels[i]) * (probability * (1 - probability)));
        }
    }

    public override void ToOutputs(Span<double> scores) => scores[0] = DeterministicMath.Sigmoid(scores[0]);

    private double Weight(float label) => label == 0 ? _weight0 : _weight1;
}
