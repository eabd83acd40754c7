using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Objectives;

/// <summary>
/// The loss minimised in training, over raw scores: one per row for regression and binary, one per class for
/// multiclass, row by row.
/// </summary>
internal abstract class Objective
{
    /// <summary>Raw scores per row.</summary>
    public abstract int Outputs { get; }

    /// <summary>The best constant raw scores. Finite even if a class has no rows.</summary>
    public abstract double[] BaseScores(float[] labels);

    /// <summary>The loss summed over the rows.</summary>
    public abstract double Loss(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels);

    /// <summary>The first derivatives of the loss by the raw scores.</summary>
    public abstract void Gradients(ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<double> gradients);

    /// <summary>The second derivative if it is the same for all rows; otherwise null.</summary>
    public virtual double? ConstantHessian => null;

    /// <summary>The first and second derivatives of the loss by the raw scores; finite.</summary>
    /// <param name="hessians">Empty if <see cref="ConstantHessian"/> is not null.</param>
    public abstract void Derivatives(
        ReadOnlySpan<double> raw, ReadOnlySpan<float> labels, Span<float> gradients, Span<float> hessians);

    /// <summary>Converts one row's raw scores to the outputs of a <see cref="Scorer"/>, in place.</summary>
    public abstract void ToOutputs(Span<double> scores);

    /// <summary>The objective's name in model files.</summary>
    public abstract TrainingObjective Kind { get; }

    /// <summary>Whether leaves take <see cref="LeafValue"/> instead of a value from the gradients.</summary>
    public virtual bool HasLeafValues => false;

    /// <param name="residuals">
    /// Label minus raw score of the leaf's rows, at least one, in any order; may be reordered.
    /// </param>
    public virtual double LeafValue(Span<float> residuals) =>
        throw new InvalidOperationException("Leaf values come from the gradients.");

    public static TrainingObjective DefaultFor(ModelTask task) => task switch
    {
        ModelTask.Regression => TrainingObjective.SquaredError,
        ModelTask.Binary => TrainingObjective.Logistic,
        _ => TrainingObjective.Softmax,
    };

    public static Objective For(ModelTask task, int classCount) => For(DefaultFor(task), classCount, []);

    /// <param name="classWeights">
    /// Weight of each class's rows; empty for 1 each. Only for <c>logistic</c> and <c>softmax</c>.
    /// </param>
    public static Objective For(
        TrainingObjective kind, int classCount, IReadOnlyList<double> classWeights) => kind switch
        {
            TrainingObjective.SquaredError => new SquaredError(),
            TrainingObjective.AbsoluteError => new AbsoluteError(),
            TrainingObjective.Poisson => new PoissonLoss(),
            TrainingObjective.Logistic => new LogisticLoss(classWeights),
            TrainingObjective.Softmax => new SoftmaxLoss(classCount, classWeights),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected an objective that is known."),
        };
}
