namespace Serverless.Training;

/// <summary>Draws of single hyperparameters.</summary>
public static class HyperparameterSampling
{
    /// <summary>Between two positive bounds, each order of magnitude as likely as another; to three digits, for readers.</summary>
    public static double NextLogUniform(this SplitMix64 random, double low, double high)
    {
        var (from, to) = (DeterministicMath.Log(low), DeterministicMath.Log(high));
        var value = DeterministicMath.Exp(from + (random.NextDouble() * (to - from)));
        return double.Parse(value.ToString("G3", null), provider: null);
    }

    public static double Pick(this SplitMix64 random, ReadOnlySpan<double> choices) => choices[random.NextInt32(choices.Length)];
}
