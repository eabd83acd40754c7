namespace Serverless.Learning.Metrics;

/// <summary>The mean of one number per row.</summary>
internal static class RowMean
{
    /// <summary>NaN if all weights are 0.</summary>
    public static double Of(double[] values, ReadOnlySpan<int> weights)
    {
        double sum = 0;
        long count = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * values[i];
            count += weights[i];
        }

        return sum / count;
    }
}
