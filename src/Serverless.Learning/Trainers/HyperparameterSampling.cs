using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers;

/// <summary>Draws of hyperparameters.</summary>
public static class HyperparameterSampling
{
    /// <summary>Between two positive bounds, each order of magnitude as likely as another; to three digits, for readers.</summary>
    public static double NextLogUniform(this SplitMix64 random, double low, double high)
    {
        var (from, to) = (DeterministicMath.Log(low), DeterministicMath.Log(high));
        var value = DeterministicMath.Exp(from + (random.NextDouble() * (to - from)));
        return double.Parse(value.ToString("G3", null), provider: null);
    }

    /// <summary>Draws what gradient boosting is usually searched by: fewer rounds where each learns faster.</summary>
    /// <param name="l2">The library's name for the penalty of leaf values.</param>
    public static void DrawBoosting(this Hyperparameters sampled, string l2, SplitMix64 random)
    {
        var rate = random.NextLogUniform(0.03, 0.2);
        sampled["learningRate"] = rate;
        sampled["rounds"] = Math.Round(30 / rate);
        sampled["leaves"] = random.Pick([8, 16, 31, 63, 127]);
        sampled["minRows"] = random.Pick([5, 10, 20, 50, 100]);
        sampled[l2] = random.NextLogUniform(0.1, 20);
        sampled["categorySmoothing"] = random.NextLogUniform(3, 50);
        sampled["rowShare"] = random.Pick([0.6, 0.8, 1]);
        sampled["columnShare"] = random.Pick([0.5, 0.7, 0.85, 1]);
    }

    public static double Pick(this SplitMix64 random, ReadOnlySpan<double> choices) => choices[random.NextInt32(choices.Length)];
}
