using Serverless.Datasets;
using Serverless.Training;

namespace Serverless.Monitoring;

/// <summary>The class that a model's outputs stand for.</summary>
public static class PredictedClass
{
    /// <param name="outputs">One row's outputs: the probability of class 1, or one probability per class.</param>
    /// <returns>Index into the signature's classes; on a tie the first.</returns>
    public static int Of(ModelTask task, ReadOnlySpan<double> outputs)
    {
        if (task == ModelTask.Binary) return outputs[0] > 0.5 ? 1 : 0;
        var best = 0;
        for (var i = 1; i < outputs.Length; i++)
        {
            if (outputs[i] > outputs[best]) best = i;
        }

        return best;
    }

    /// <summary>How often each class is predicted, in the signature's order; empty for regression.</summary>
    internal static long[] Count(Signature signature, double[] outputs)
    {
        if (signature.Task == ModelTask.Regression) return [];
        var counts = new long[signature.Classes.Count];
        var width = signature.Task == ModelTask.Binary ? 1 : counts.Length;
        for (var i = 0; i < outputs.Length; i += width) counts[Of(signature.Task, outputs.AsSpan(i, width))]++;
        return counts;
    }
}
