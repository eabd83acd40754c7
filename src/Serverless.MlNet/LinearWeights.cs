using Microsoft.ML.Data;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;

namespace Serverless.MlNet;

/// <summary>Slot importances of Microsoft.ML's linear models, measured as for ours.</summary>
internal static class LinearWeights
{
    /// <param name="weights">Per output, one weight per column.</param>
    public static double[] Importance(Fitting fitting, params IReadOnlyList<IReadOnlyList<float>> weights)
    {
        var columns = fitting.Columns.Count;
        var parameters = new double[(columns + 1) * weights.Count];
        for (var output = 0; output < weights.Count; output++)
        {
            for (var column = 0; column < columns; column++)
            {
                parameters[(column * weights.Count) + output] = weights[output][column];
            }
        }

        return LinearTrainer.Importance(fitting.Columns.Design, fitting.Data.Features, parameters, fitting.Context);
    }

    public static double[] Importance(Fitting fitting, Microsoft.ML.Trainers.MaximumEntropyModelParameters model)
    {
        VBuffer<float>[]? weights = null;
        model.GetWeights(ref weights!, out _);
        return Importance(fitting, [.. weights.Select(w => w.DenseValues().ToArray())]);
    }
}
