using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Features;

/// <summary>The class that a scorer's outputs predict; one definition for answers, metrics and monitoring.</summary>
public static class PredictedClass
{
    /// <param name="outputs">One row's outputs, as <see cref="Scorer.Score"/> returns them.</param>
    /// <returns>
    /// Index into the signature's classes: the most probable one, the first on a tie. For a binary task, 1 from
    /// probability 0.5.
    /// </returns>
    public static int Of(ModelTask task, ReadOnlySpan<double> outputs)
    {
        if (task == ModelTask.Binary) return outputs[0] >= 0.5 ? 1 : 0;
        var best = 0;
        for (var i = 1; i < outputs.Length; i++)
        {
            if (outputs[i] > outputs[best]) best = i;
        }

        return best;
    }

    /// <param name="outputs">One row's outputs of a binary or multiclass scorer.</param>
    /// <returns>The probability of a class; of a binary task's two, the outputs have that of class 1 alone.</returns>
    public static double Probability(ModelTask task, ReadOnlySpan<double> outputs, int index) =>
        task == ModelTask.Multiclass ? outputs[index] : index == 1 ? outputs[0] : 1 - outputs[0];

    /// <summary>Counts the predictions of each class, in the signature's order; empty for regression.</summary>
    internal static long[] Count(Signature signature, double[] outputs)
    {
        if (signature.Task == ModelTask.Regression) return [];
        var counts = new long[signature.Classes.Count];
        var width = signature.Task == ModelTask.Binary ? 1 : counts.Length;
        for (var i = 0; i < outputs.Length; i += width) counts[Of(signature.Task, outputs.AsSpan(i, width))]++;
        return counts;
    }
}
