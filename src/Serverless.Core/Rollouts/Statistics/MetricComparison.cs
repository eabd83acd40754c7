using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Rollouts.Statistics;

/// <param name="Loss">How much worse the challenger is, in units of the metric; negative if it is better.</param>
/// <param name="StandardError">Of the loss.</param>
internal sealed record MetricLoss(double Challenger, double Champion, double Loss, double StandardError);

/// <summary>
/// How much worse the challenger's metric is than the champion's on predictions with feedback, with a bootstrap
/// standard error (Efron and Tibshirani 1993), which needs fewer resamples than percentiles at extreme levels.
/// </summary>
internal static class MetricComparison
{
    /// <summary>Min outcomes per side; with fewer, the error is not yet normally distributed.</summary>
    public const int MinRows = 100;

    private const int Resamples = 400;

    /// <param name="arePaired">
    /// Whether both sides scored the same rows in the same order, as in a shadow, but not in a canary.
    /// </param>
    /// <returns>Null if a side has too few rows, or the metric is undefined on them.</returns>
    public static MetricLoss? Run(Metric metric, Predictions challenger, Predictions champion, bool arePaired)
    {
        if (Math.Min(metric.InformativeRows(challenger), metric.InformativeRows(champion)) < MinRows) return null;
        var (ofChallenger, ofChampion) = (metric.Prepare(challenger), metric.Prepare(champion));
        var (weights, otherWeights) = (new int[challenger.Rows], new int[champion.Rows]);
        Array.Fill(weights, 1);
        Array.Fill(otherWeights, 1);
        var (value, reference) = (ofChallenger(weights), ofChampion(otherWeights));

        var random = new SplitMix64((ulong)challenger.Rows);
        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < Resamples; i++)
        {
            Draw(weights, random);
            if (arePaired) weights.CopyTo(otherWeights, 0);
            else Draw(otherWeights, random);
            var loss = -metric.Improvement(ofChallenger(weights), ofChampion(otherWeights));
            sum += loss;
            squares += loss * loss;
        }

        var mean = sum / Resamples;
        var error = Math.Sqrt(Math.Max(0, (squares / Resamples) - (mean * mean)));
        var result = new MetricLoss(value, reference, -metric.Improvement(value, reference), error);
        // NaN: the metric is undefined on some resample, for example if one class is very rare.
        return double.IsFinite(result.Loss) && double.IsFinite(error) ? result : null;
    }

    private static void Draw(int[] weights, SplitMix64 random)
    {
        Array.Clear(weights);
        for (var i = 0; i < weights.Length; i++) weights[random.NextInt32(weights.Length)]++;
    }
}
