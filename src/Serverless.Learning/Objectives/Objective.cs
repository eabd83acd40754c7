using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Objectives;

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

    /// <summary>Which objective this is, as it is written in model files.</summary>
    public abstract TrainingObjective Kind { get; }

    /// <summary>Whether a leaf's value is <see cref="LeafValue"/> and not what the gradients say, because they say little.</summary>
    public virtual bool HasLeafValues => false;

    /// <param name="residuals">Label less raw score of the leaf's rows, at least one, in any order; may be reordered.</param>
    public virtual double LeafValue(Span<float> residuals) => throw new InvalidOperationException("Leaf values come from the gradients.");

    public static TrainingObjective DefaultFor(ModelTask task) => task switch
    {
        ModelTask.Regression => TrainingObjective.SquaredError,
        ModelTask.Binary => TrainingObjective.Logistic,
        _ => TrainingObjective.Softmax,
    };

    public static Objective For(ModelTask task, int classCount) => For(DefaultFor(task), classCount, []);

    /// <param name="classWeights">How much a row of each class counts; empty: 1. Only for <c>logistic</c> and <c>softmax</c>.</param>
    public static Objective For(TrainingObjective kind, int classCount, IReadOnlyList<double> classWeights) => kind switch
    {
        TrainingObjective.SquaredError => new SquaredError(),
        TrainingObjective.AbsoluteError => new AbsoluteError(),
        TrainingObjective.Poisson => new PoissonLoss(),
        TrainingObjective.Logistic => new LogisticLoss(classWeights),
        TrainingObjective.Softmax => new SoftmaxLoss(classCount, classWeights),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected an objective that is known."),
    };
}
