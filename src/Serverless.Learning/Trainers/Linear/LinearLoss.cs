using Serverless.Learning.Binning;
using Serverless.Learning.Numerics;
using Serverless.Learning.Objectives;

namespace Serverless.Learning.Trainers.Linear;

/// <summary>
/// The mean loss of a linear model with its L2 penalty, and its gradient. Parameters are the weights column by column,
/// one per output each, then the intercepts.
/// </summary>
internal sealed class LinearLoss(LinearDesign design, TrainingData data, double alpha, TrainingContext context)
{
    private readonly Objective _objective = Objective.For(data.Task, data.ClassCount);
    private readonly double[] _scores =
        new double[checked(data.Labels.Length * Objective.For(data.Task, data.ClassCount).Outputs)];

    /// <summary>Zero weights and the best intercepts without features.</summary>
    public double[] Start() =>
        [.. new double[design.ColumnCount * _objective.Outputs], .. _objective.BaseScores(data.Labels)];

    /// <returns>The loss; <paramref name="gradient"/> is overwritten.</returns>
    public double Evaluate(double[] parameters, double[] gradient)
    {
        var (outputs, rows) = (_objective.Outputs, data.Labels.Length);
        var loss = OrderedParallel.SumRows(context.Threads, rows, (from, to) =>
        {
            var scores = _scores.AsSpan(from * outputs, (to - from) * outputs);
            var labels = data.Labels.AsSpan(from, to - from);
            Score(parameters, from, scores);
            var sum = _objective.Loss(scores, labels);
            _objective.Gradients(scores, labels, scores);
            return sum;
        }) / rows;

        // Each slot owns its columns, so the sums over rows need no merging.
        Array.Clear(gradient);
        OrderedParallel.For(context.Threads, data.Features.Columns.Length, slot => AddGradient(slot, gradient));
        var weights = design.ColumnCount * outputs;
        for (var i = 0; i < _scores.Length; i++) gradient[weights + (i % outputs)] += _scores[i];
        for (var i = 0; i < gradient.Length; i++) gradient[i] /= rows;
        for (var i = 0; i < weights; i++)
        {
            loss += 0.5 * alpha * parameters[i] * parameters[i];
            gradient[i] += alpha * parameters[i];
        }

        return loss;
    }

    private void Score(double[] parameters, int from, Span<double> scores)
    {
        var outputs = _objective.Outputs;
        var intercepts = parameters.AsSpan(design.ColumnCount * outputs);
        for (var i = 0; i < scores.Length; i += outputs) intercepts.CopyTo(scores[i..]);
        for (var slot = 0; slot < data.Features.Columns.Length; slot++)
        {
            var values = data.Features.Columns[slot].AsSpan(from, scores.Length / outputs);
            for (var row = 0; row < values.Length; row++)
            {
                var entry = design.Entry(slot, values[row], out var column);
                for (var k = 0; k < outputs; k++)
                {
                    scores[(row * outputs) + k] += entry * parameters[(column * outputs) + k];
                }
            }
        }
    }

    private void AddGradient(int slot, double[] gradient)
    {
        var outputs = _objective.Outputs;
        var values = data.Features.Columns[slot];
        for (var row = 0; row < values.Length; row++)
        {
            var entry = design.Entry(slot, values[row], out var column);
            for (var k = 0; k < outputs; k++) gradient[(column * outputs) + k] += entry * _scores[(row * outputs) + k];
        }
    }
}
