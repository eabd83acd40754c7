using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Gate;

/// <summary>
/// How much better one model is than another on the same rows, with the uncertainty of having seen only these: rows are
/// drawn again with replacement, the same ones for both models, thousands of times (Efron and Tibshirani 1993,
/// percentile interval).
/// </summary>
/// <remarks>
/// Rows in order of time have errors that hang together, and single rows drawn at random would make the interval too
/// narrow. They are drawn in blocks of neighbours instead (moving blocks, Künsch 1989), with the end joined to the
/// beginning so that all rows count alike (Politis and Romano 1992). With few rows a percentile interval is too narrow
/// as well; it is widened to Student's t (Hesterberg 2015, 'What teachers should know about the bootstrap').
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

    /// <summary>The improvement on the rows as they are.</summary>
    public double Estimate { get; }

    /// <summary>
    /// The improvement is at least this, unless a case of probability <paramref name="level"/> has come up.
    /// </summary>
    public double Lower(double level = 0.05) => Widened(_sorted[Rank(level)]);

    /// <summary>
    /// The improvement is at most this, unless a case of probability <paramref name="level"/> has come up.
    /// </summary>
    public double Upper(double level = 0.05) => Widened(_sorted[_sorted.Length - 1 - Rank(level)]);

    /// <summary>
    /// Null where the metric is not defined on the rows, or not on more than one resample in twenty: then nothing is
    /// known.
    /// </summary>
    /// <param name="blockLength">1: rows are independent. Else the length of blocks; rows are in order of time.</param>
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

        // 2,000 up to 25,000 rows, then fewer, so that the work stays at some fifty million draws; never below 500.
        var improvements = new double[Math.Clamp(50_000_000 / rows, 500, 2000)];
        Parallel.For(
            0,
            improvements.Length,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => new int[rows],
            (resample, _, weights) =>
            {
                // A seed for each resample: the result does not depend on which thread takes which.
                Draw(weights, blockLength, new SplitMix64(SplitMix64.Mix(seed + (ulong)resample)));
                improvements[resample] = metric.Improvement(ofCandidate(weights), ofReference(weights));
                return weights;
            },
            _ => { });

        Array.Sort(improvements); // NaN comes first, and so reaches the lower bound when it is frequent
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
    /// By how much Student's 95 % quantile exceeds the normal one (Abramowitz and Stegun 26.7.5), and the unbiased
    /// deviation the resamples' own.
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
