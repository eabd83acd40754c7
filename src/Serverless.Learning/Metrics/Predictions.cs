using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>A model's outputs for a set of rows, beside the truth.</summary>
/// <param name="Labels">
/// Value (regression) or class index, one per row; −1 for a class that a multiclass model was not trained on, which
/// counts as wrong.
/// </param>
/// <param name="Outputs">Row by row: 1 value (regression, binary: probability of class 1) or one per class.</param>
/// <param name="Classes">Class names, empty for regression.</param>
public sealed record Predictions(
    ModelTask Task, IReadOnlyList<string> Classes, float[] Labels, double[] Outputs)
{
    public int OutputCount => Task == ModelTask.Multiclass ? Classes.Count : 1;

    public int Rows => Labels.Length;

    /// <summary>The outputs for one row.</summary>
    public ReadOnlySpan<double> OutputsOf(int row) => Outputs.AsSpan(row * OutputCount, OutputCount);

    /// <summary>See <see cref="Features.PredictedClass.Of"/>.</summary>
    public int PredictedClass(int row) => Features.PredictedClass.Of(Task, OutputsOf(row));

    /// <summary>The given rows, in the given order.</summary>
    public Predictions Select(ReadOnlySpan<int> rows)
    {
        var labels = new float[rows.Length];
        var outputs = new double[rows.Length * OutputCount];
        for (var i = 0; i < rows.Length; i++)
        {
            labels[i] = Labels[rows[i]];
            OutputsOf(rows[i]).CopyTo(outputs.AsSpan(i * OutputCount));
        }

        return this with { Labels = labels, Outputs = outputs };
    }

    /// <summary>
    /// The same predictions relative to the other model's positive class. The rarer class is positive, and which one is
    /// rarer may change between versions; precision or ROC curves compare only for the same positive class.
    /// </summary>
    public Predictions WithPositiveClassOf(Predictions other)
    {
        if (Task != ModelTask.Binary || Classes[0] != other.Classes[1] || Classes[1] != other.Classes[0]) return this;
        return new Predictions(
            Task, other.Classes, Array.ConvertAll(Labels, l => 1 - l), Array.ConvertAll(Outputs, p => 1 - p));
    }
}
