using System.Runtime.Intrinsics;
using Serverless.Datasets;

namespace Serverless.Training;

/// <summary>
/// What is made small in training, of raw scores: per row one for regression and binary, one per class for
/// multiclass, row by row.
/// </summary>
internal abstract class Objective
{
    /// <summary>Raw scores per row.</summary>
    public abstract int Outputs { get; }

    /// <summary>The best raw scores without looking at any feature. Finite, also where a class has no row.</summary>
    public abstract double[] BaseScores(float[] labels);

    /// <summary>The loss, added over the rows.</summary>
    public abstract double Loss(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels);

    /// <summary>The first derivatives of the loss by the raw scores.</summary>
    public abstract void Gradients(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<double> gradients);

    /// <summary>Null where second derivatives differ from row to row; otherwise all are this.</summary>
    public virtual double? ConstantHessian => null;

    /// <summary>The first and second derivatives of the loss by the raw scores; finite.</summary>
    /// <param name="hessians">Empty where <see cref="ConstantHessian"/> is not null.</param>
    public abstract void Derivatives(
        ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<float> gradients, Span<float> hessians);

    /// <summary>Raw scores of one row to the outputs of a <see cref="Scorer"/>, in place.</summary>
    public abstract void ToOutputs(Span<double> scores);

    public static Objective For(ModelTask task, int classCount) => task switch
    {
        ModelTask.Regression => new SquaredError(),
        ModelTask.Binary => new LogisticLoss(),
        _ => new SoftmaxLoss(classCount),
    };
}

/// <summary>Half the squared error.</summary>
internal sealed class SquaredError : Objective
{
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

/// <summary>Log loss of two classes; labels are 0 and 1.</summary>
internal sealed class LogisticLoss : Objective
{
    public override int Outputs => 1;

    public override double[] BaseScores(float[] labels)
    {
        var ones = 0L;
        foreach (var label in labels) ones += (long)label;
        return [DeterministicMath.Log((ones + 0.5) / (labels.Length - ones + 0.5))];
    }

    public override double Loss(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels)
    {
        var sum = 0.0;
        for (var i = 0; i < labels.Length; i++)
        {
            // log(1 + e^x) without overflow
            sum += Math.Max(raw[i], 0) + DeterministicMath.Log(1 + DeterministicMath.Exp(-Math.Abs(raw[i]))) - (raw[i] * labels[i]);
        }

        return sum;
    }

    public override void Gradients(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<double> gradients)
    {
        for (var i = 0; i < labels.Length; i++) gradients[i] = DeterministicMath.Sigmoid(raw[i]) - labels[i];
    }

    public override void Derivatives(
        ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<float> gradients, Span<float> hessians)
    {
        var i = 0;
        for (; i + Vector256<double>.Count <= labels.Length; i += Vector256<double>.Count)
        {
            var probability = DeterministicMath.Sigmoid(Vector256.Create<double>(raw[i..]));
            var label = Vector256.WidenLower(Vector128.Create<float>(labels[i..]).ToVector256());
            Vector256.Narrow(probability - label, default).GetLower().CopyTo(gradients[i..]);
            Vector256.Narrow(probability * (Vector256<double>.One - probability), default).GetLower().CopyTo(hessians[i..]);
        }

        for (; i < labels.Length; i++)
        {
            var probability = DeterministicMath.Sigmoid(raw[i]);
            gradients[i] = (float)(probability - labels[i]);
            hessians[i] = (float)(probability * (1 - probability));
        }
    }

    public override void ToOutputs(Span<double> scores) => scores[0] = DeterministicMath.Sigmoid(scores[0]);
}

/// <summary>Log loss of three and more classes; labels are class indices.</summary>
internal sealed class SoftmaxLoss(int classCount) : Objective
{
    public override int Outputs => classCount;

    public override double[] BaseScores(float[] labels)
    {
        var counts = new double[classCount];
        foreach (var label in labels) counts[(int)label]++;
        return [.. counts.Select(c => DeterministicMath.Log((c + 0.5) / (labels.Length + (0.5 * classCount))))];
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
            sum += DeterministicMath.Log(total) + max - scores[(int)labels[i]];
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
        }
    }

    /// <summary>Hessians with the factor K / (K − 1) of Friedman's 'Greedy function approximation' (2001), since one class's score is free.</summary>
    public override void Derivatives(
        ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<float> gradients, Span<float> hessians)
    {
        var factor = (double)classCount / (classCount - 1);
        Span<double> probabilities = classCount <= 64 ? stackalloc double[classCount] : new double[classCount];
        for (var i = 0; i < labels.Length; i++)
        {
            var at = i * classCount;
            raw.Slice(at, classCount).CopyTo(probabilities);
            DeterministicMath.Softmax(probabilities);
            for (var k = 0; k < classCount; k++)
            {
                var probability = probabilities[k];
                gradients[at + k] = (float)(probability - (k == (int)labels[i] ? 1 : 0));
                hessians[at + k] = (float)(probability * (1 - probability) * factor);
            }
        }
    }

    public override void ToOutputs(Span<double> scores) => DeterministicMath.Softmax(scores);
}
