using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Tests;

internal static class PredictionSamples
{
    public static Predictions Regression(float[] labels, double[] outputs) =>
        new(ModelTask.Regression, [], labels, outputs);

    public static Predictions Binary(float[] labels, double[] outputs) =>
        new(ModelTask.Binary, ["no", "yes"], labels, outputs);

    public static Predictions Multiclass(float[] labels, params double[][] outputs) =>
        new(
            ModelTask.Multiclass,
            [.. Enumerable.Range(0, outputs[0].Length).Select(i => $"class {i}")],
            labels,
            [.. outputs.SelectMany(o => o)]);

    /// <summary>Standard normal (Box and Muller).</summary>
    public static double Normal(SplitMix64 random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>
    /// Predictions of a model whose errors have the given deviation, of labels that have deviation 1.
    /// </summary>
    public static Predictions Noisy(float[] labels, double noise, SplitMix64 random) =>
        Regression(labels, Array.ConvertAll(labels, l => l + (noise * Normal(random))));

    public static float[] Labels(int rows, SplitMix64 random)
    {
        var labels = new float[rows];
        for (var i = 0; i < rows; i++) labels[i] = (float)Normal(random);
        return labels;
    }

    public static float[] BinaryLabels(int rows, double share, SplitMix64 random)
    {
        var labels = new float[rows];
        for (var i = 0; i < rows; i++) labels[i] = random.NextDouble() < share ? 1 : 0;
        return labels;
    }

    /// <summary>Probabilities of a model that sees the label through normal noise.</summary>
    public static Predictions NoisyBinary(float[] labels, double signal, SplitMix64 random) =>
        Binary(labels, Array.ConvertAll(labels, l => DeterministicMath.Sigmoid((signal * (l - 0.5)) + Normal(random))));

    public static Predictions Constant(Predictions like, double output) =>
        like with { Outputs = Array.ConvertAll(like.Outputs, _ => output) };
}
