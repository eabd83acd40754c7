using Serverless.Datasets;

namespace Serverless.Evaluation;

/// <summary>A model's outputs for a set of rows, beside the truth.</summary>
/// <param name="Labels">Value (regression) or class index, one per row.</param>
/// <param name="Outputs">Row by row: 1 value (regression, binary: probability of class 1) or one per class.</param>
/// <param name="Classes">Names, empty for regression.</param>
public sealed record Predictions(
    ModelTask Task, IReadOnlyList<string> Classes, float[] Labels, double[] Outputs)
{
    public int OutputCount => Task == ModelTask.Multiclass ? Classes.Count : 1;

    public int Rows => Labels.Length;
}
