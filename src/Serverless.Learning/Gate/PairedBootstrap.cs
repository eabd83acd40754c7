using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Gate;

/// <summary>
/// Estimates how much better one model is than another on the same rows, with its sampling uncertainty: rows are
/// resampled with replacement, the same ones for both models, thousands of times (Efron and Tibshirani 1993, percentile
/// interval).
/// </summary>
/// <remarks>
/// Errors of rows in order of time are autocorrelated, and resampling single rows would make the interval too narrow.
/// Blocks of neighbours are drawn instead (moving blocks, Künsch 1989), on a circle so that all rows count alike
/// (Politis and Romano 1992). A percentile interval of few rows is too narrow as well; it is widened to Student's t
/// (Hesterberg 2015, 'What teachers should know about the bootstrap').
/// </remarks>
public sealed class PairedBootstrap
{
    private const double NormalQuantile = 1.6448536269514722;

    private readonly double[] _sorted;
    private readonly double _widening;

    private PairedBootstrap(double estimate, double[] sorted, double widening)
    {
        Estimate = estimate;
        _sorted = sorted;
        _widening = widening;
    }

    /// <summary>The improvement on the original rows.</summary>
    public double Estimate { get; }

    /// <summary>
    /// Lower confidence bound; the improvement is below it with probability <paramref name="level"/>.
    /// </summary>
    public double Lower(double level = 0.05) => Widened(_sorted[Rank(level)]);

    /// <summary>
    /// Upper confidence bound; the improvement is above it with probability <paramref name="level"/>.
    /// </summary>
    public double Upper(double level = 0.05) => Widened(_sorted[_sorted.Length - 1 - Rank(level)]);

    /// <summary>
    /// Runs the bootstrap. Null if the metric is not defined on the rows, or on more than one resample in twenty.
    /// </summary>
    /// <param name="blockLength">1 for independent rows; otherwise the block length for rows in order of time.</param>
    public static PairedBootstrap? Run(
        Metric metric,
        Predictions candidate,
        Predictions reference,
        int blockLength,
        ulong seed,
        CancellationToken cancellationToken)
    {
        var rows = candidate.Rows;
        double informative = Math.Min(metric.InformativeRows(candidate), metric.InformativeRows(reference));
        var freedom = (informative / blockLength) - 1;
        if (freedom < 1) return null;

        var ofCandidate = metric.Prepare(candidate);
        var ofReference = metric.Prepare(reference);
        var ones = new int[rows];
        Array.Fill(ones, 1);
        var estimate = metric.Improvement(ofCandidate(ones), ofReference(ones));
        if (!double.IsFinite(estimate)) return null;

        // 2,000 resamples up to 25,000 rows, then fewer, at least 500, to bound the work at about fifty million draws.
        var improvements = new double[Math.Clamp(50_000_000 / rows, 500, 2000)];
        Parallel.For(
            0,
            improvements.Length,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => new int[rows],
            (resample, _, weights) =>
            {
                // One seed per resample: the result does not depend on the threads.
                Draw(weights, blockLength, new SplitMix64(SplitMix64.Mix(seed + (ulong)resample)));
                improvements[resample] = metric.Improvement(ofCandidate(weights), ofReference(weights));
                return weights;
            },
            _ => { });

        Array.Sort(improvements); // NaN sorts first, so frequent NaN reaches the lower bound
        var result = new PairedBootstrap(estimate, improvements, Widening(freedom));
        return double.IsFinite(result.Lower()) ? result : null;
    }

    public ImprovementInterval Interval() => new(Estimate, Lower(), Upper(), _sorted.Length);

    private static void Draw(int[] weights, int blockLength, SplitMix64 random)
    {
        Array.Clear(weights);
        for (var drawn = 0; drawn < weights.Length; drawn += blockLength)
        {
            var row = random.NextInt32(weights.Length);
            for (var left = Math.Min(blockLength, weights.Length - drawn); left > 0; left--)
            {
                weights[row]++;
                if (++row == weights.Length) row = 0;
            }
        }
    }

    private int Rank(double level) => Math.Max(0, (int)(level * (_sorted.Length + 1)) - 1);

    private double Widened(double bound) => Estimate + ((bound - Estimate) * _widening);

    /// <summary>
    /// The ratio of Student's 95 % quantile to the normal one (Abramowitz and Stegun 26.7.5), times that of the
    /// unbiased deviation to the resamples' own.
    /// </summary>
    private static double Widening(double freedom)
    {
        const double z = NormalQuantile;
        const double z2 = z * z;
        var inverse = 1 / freedom;
        var student = z * (1
            + (inverse / 4 * (z2 + 1))
            + (inverse * inverse / 96 * ((((5 * z2) + 16) * z2) + 3))
            + (inverse * inverse * inverse / 384 * ((((((3 * z2) + 19) * z2) + 17) * z2) - 15)));
        return student / z * Math.Sqrt((freedom + 1) / freedom);
    }
}
