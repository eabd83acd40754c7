using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers.Linear;

/// <summary>
/// Linear models with an L2 penalty: ridge regression, logistic regression and softmax regression, on standardised
/// numbers and one-hot categories. They minimise the mean loss per row plus alpha/2 times the sum of squared weights.
/// Hyperparameters carry the names of scikit-learn's SGDRegressor and SGDClassifier, which minimise the same.
/// </summary>
public sealed class LinearTrainer : ITrainer
{
    public const string TrainerName = "linear";

    /// <summary>
    /// Up to this many columns the normal equations are solved exactly, in time cubic in their number.
    /// </summary>
    private const int MaxExactColumns = 1000;

    public string Name => TrainerName;

    public bool Supports(ModelTask task) => true;

    public Hyperparameters Defaults(ModelTask task) => new() { ["max_iter"] = 200, ["alpha"] = 0.001 };

    public Hyperparameters Sample(ModelTask task, SplitMix64 random) =>
        new() { ["max_iter"] = 200, ["alpha"] = random.NextLogUniform(1e-6, 0.3) };

    public Scorer Train(
        TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context)
    {
        TrainingDataRules.Verify(train);
        var alpha = hyperparameters.Get("alpha");
        if (!(alpha > 0))
        {
            throw new ArgumentException($"Expected alpha above 0, found {alpha}.", nameof(hyperparameters));
        }

        var design = LinearDesign.Fit(train.Features, context.Threads);
        if (train.Task != ModelTask.Regression)
        {
            var parameters = Minimize(design, train, hyperparameters, context);
            return ToScorer(design, train, parameters, context);
        }

        // Scales the label to unit deviation, so that the solvers are independent of its magnitude.
        var (mean, deviation) = LinearDesign.Moments(train.Labels);
        var target = train with { Labels = [.. train.Labels.Select(y => (float)((y - mean) / deviation))] };
        var weights = design.ColumnCount <= MaxExactColumns
            ? RidgeSolver.Solve(design, target, alpha, context)
            : Minimize(design, target, hyperparameters, context);
        for (var i = 0; i < weights.Length; i++) weights[i] *= deviation;
        weights[^1] += mean;
        return ToScorer(design, train, weights, context);
    }

    public Scorer Load(ReadOnlyMemory<byte> payload) => LinearScorer.Load(payload.Span);

    private static LinearScorer ToScorer(
        LinearDesign design, TrainingData train, double[] parameters, TrainingContext context) => new(
        train.Task,
        design,
        parameters,
        MeanContributions(design, train.Features, parameters, context),
        Importance(design, train.Features, parameters, context));

    private static double[] Minimize(
        LinearDesign design, TrainingData data, Hyperparameters hyperparameters, TrainingContext context)
    {
        var loss = new LinearLoss(design, data, hyperparameters.Get("alpha"), context);
        var iterations = hyperparameters.GetInt32("max_iter");
        var minimum = new LimitedMemoryBfgs(iterations).Minimize(loss.Start(), loss.Evaluate, iteration =>
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            context.Progress?.Report((double)iteration / iterations);
        });
        context.Progress?.Report(1);
        return minimum;
    }

    /// <summary>Mean contribution of each slot to each raw score over the rows, slot by slot.</summary>
    private static double[] MeanContributions(
        LinearDesign design, FeatureMatrix features, double[] parameters, TrainingContext context)
    {
        var outputs = parameters.Length / (design.ColumnCount + 1);
        var means = new double[features.Slots.Count * outputs];
        OrderedParallel.For(context.Threads, features.Slots.Count, slot =>
        {
            foreach (var value in features.Columns[slot])
            {
                var entry = design.Entry(slot, value, out var column);
                for (var k = 0; k < outputs; k++)
                {
                    means[(slot * outputs) + k] += entry * parameters[(column * outputs) + k];
                }
            }

            for (var k = 0; k < outputs; k++) means[(slot * outputs) + k] /= features.RowCount;
        });
        return means;
    }

    /// <summary>Per slot, the standard deviation of its contribution to the raw scores.</summary>
    public static double[] Importance(
        LinearDesign design, FeatureMatrix features, double[] parameters, TrainingContext context)
    {
        var outputs = parameters.Length / (design.ColumnCount + 1);
        var importance = new double[features.Slots.Count];
        OrderedParallel.For(context.Threads, importance.Length, slot =>
        {
            for (var output = 0; output < outputs; output++)
            {
                var (sum, squares) = (0.0, 0.0);
                foreach (var value in features.Columns[slot])
                {
                    var entry = design.Entry(slot, value, out var column);
                    var contribution = entry * parameters[(column * outputs) + output];
                    sum += contribution;
                    squares += contribution * contribution;
                }

                var mean = sum / features.RowCount;
                importance[slot] += Math.Sqrt(Math.Max(0, (squares / features.RowCount) - (mean * mean)));
            }
        });
        return importance;
    }
}
