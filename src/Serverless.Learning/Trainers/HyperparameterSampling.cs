using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers;

/// <summary>Samples hyperparameters.</summary>
public static class HyperparameterSampling
{
    /// <summary>Log-uniform between two positive bounds, rounded to three digits for readability.</summary>
    public static double NextLogUniform(this SplitMix64 random, double low, double high)
    {
        var (from, to) = (DeterministicMath.Log(low), DeterministicMath.Log(high));
        var value = DeterministicMath.Exp(from + (random.NextDouble() * (to - from)));
        return double.Parse(value.ToString("G3", null), provider: null);
    }

    /// <summary>
    /// Draws the usual search space of gradient boosting; the number of rounds falls as the learning rate rises. The
    /// order of the draws is part of every run's result.
    /// </summary>
    public static void DrawBoosting(this Hyperparameters sampled, SplitMix64 random)
    {
        var rate = random.NextLogUniform(0.03, 0.2);
        sampled["learning_rate"] = rate;
        sampled["num_iterations"] = Math.Round(30 / rate);
        sampled["num_leaves"] = random.Pick([8, 16, 31, 63, 127]);
        sampled["min_data_in_leaf"] = random.Pick([5, 10, 20, 50, 100]);
        sampled["lambda_l2"] = random.NextLogUniform(0.1, 20);
        sampled["cat_smooth"] = random.NextLogUniform(3, 50);
        sampled["bagging_fraction"] = random.Pick([0.6, 0.8, 1]);
        sampled["feature_fraction"] = random.Pick([0.5, 0.7, 0.85, 1]);
    }

    public static double Pick(this SplitMix64 random, ReadOnlySpan<double> choices) =>
        choices[random.NextInt32(choices.Length)];
}
