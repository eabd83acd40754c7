using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Objectives;

/// <summary>Log loss of multiple classes; labels are class indices.</summary>
/// <param name="classWeights">One per class; empty for 1 each.</param>
internal sealed class SoftmaxLoss(int classCount, IReadOnlyList<double> classWeights) : Objective
{
    private readonly double[] _weights = classWeights.Count > 0
        ? [.. classWeights]
        : [.. Enumerable.Repeat(1.0, classCount)];

    public override TrainingObjective Kind => TrainingObjective.Softmax;

    public override int Outputs => classCount;

    public override double[] BaseScores(float[] labels)
    {
        var counts = new double[classCount];
        foreach (var label in labels) counts[(int)label]++;
        for (var k = 0; k < classCount; k++) counts[k] *= _weights[k];
        var total = 0.0;
        foreach (var count in counts) total += count;
        return [.. counts.Select(c => DeterministicMath.Log((c + 0.5) / (total + (0.5 * classCount))))];
    }

    public override double Loss(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels)
    {
        var sum = 0.0;
        for (var i = 0; i < labels.Length; i++)
        {
            var scores = raw.Slice(i * classCount, classCount);
            var max = double.NegativeInfinity;
            foreach (var s in scores) max = Math.Max(max, s);
            var total = 0.0;
            foreach (var s in scores) total += DeterministicMath.Exp(s - max);
            sum += _weights[(int)labels[i]] * (DeterministicMath.Log(total) + max - scores[(int)labels[i]]);
        }

        return sum;
    }

    public override void Gradients(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<double> gradients)
    {
        raw.CopyTo(gradients);
        for (var i = 0; i < labels.Length; i++)
        {
            var row = gradients.Slice(i * classCount, classCount);
            DeterministicMath.Softmax(row);
            row[(int)labels[i]]--;
            foreach (ref var gradient in row) gradient *= _weights[(int)labels[i]];
        }
    }

    /// <summary>
    /// Hessians carry the factor K / (K − 1) of Friedman's 'Greedy function approximation' (2001), since one class's
    /// score is redundant.
    /// </summary>
    public override void Derivatives(
        ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<float> gradients, Span<float> hessians)
    {
        var factor = (double)classCount / (classCount - 1);
        Span<double> probabilities = classCount <= 64 ? stackalloc double[classCount] : new double[classCount];
        for (var i = 0; i < labels.Length; i++)
        {
            var (at, weight) = (i * classCount, _weights[(int)labels[i]]);
            raw.Slice(at, classCount).CopyTo(probabilities);
            DeterministicMath.Softmax(probabilities);
            for (var k = 0; k < classCount; k++)
            {
                var probability = probabilities[k];
                gradients[at + k] = (float)(weight * (probability - (k == (int)labels[i] ? 1 : 0)));
                hessians[at + k] = (float)(weight * probability * (1 - probability) * factor);
            }
        }
    }

    public override void ToOutputs(Span<double> scores) => DeterministicMath.Softmax(scores);
}
