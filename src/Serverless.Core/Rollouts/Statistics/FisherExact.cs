using Serverless.Learning.Numerics;

namespace Serverless.Core.Rollouts.Statistics;

/// <summary>
/// Fisher's exact test of two proportions, one-sided. Exact for small counts, where approximations fail: the few errors
/// in a canary's first minutes.
/// </summary>
internal static class FisherExact
{
    /// <summary>
    /// Probability that the first side has at least <paramref name="hits"/> of all hits if both rates are equal: the
    /// upper tail of the hypergeometric distribution.
    /// </summary>
    /// <param name="hits">At most <paramref name="trials"/>.</param>
    /// <returns>1 if a side has no trial, or the first has no higher rate.</returns>
    public static double PValue(long hits, long trials, long otherHits, long otherTrials)
    {
        if (trials == 0 || otherTrials == 0 || (double)hits / trials <= (double)otherHits / otherTrials) return 1;

        var (allHits, all) = (hits + otherHits, trials + otherTrials);
        var logTerm = LogChoose(trials, hits) + LogChoose(otherTrials, otherHits) - LogChoose(all, allHits);
        var (term, sum) = (1.0, 1.0);
        // Each term by its ratio to the one before; the ratios decrease.
        for (var k = hits; k < Math.Min(trials, allHits); k++)
        {
            term *= (double)(trials - k) / (k + 1) * (allHits - k) / (otherTrials - allHits + k + 1);
            sum += term;
            if (term < sum * 1e-17) break;
        }

        return Math.Min(1, DeterministicMath.Exp(logTerm + DeterministicMath.Log(sum)));
    }

    private static double LogChoose(long n, long k) => LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k);

    /// <summary>Stirling's series (DLMF 5.11.1): from 16 on, the omitted terms are below 1e-13.</summary>
    private static double LogFactorial(long n)
    {
        if (n < 16)
        {
            var product = 1.0;
            for (var i = 2L; i <= n; i++) product *= i;
            return DeterministicMath.Log(product);
        }

        const double halfLogOfTwoPi = 0.91893853320467274178;
        double x = n + 1;
        var square = 1 / (x * x);
        return ((x - 0.5) * DeterministicMath.Log(x)) - x + halfLogOfTwoPi
            + ((1.0 / 12) - ((1.0 / 360) - (((1.0 / 1260) - (square / 1680)) * square)) * square) / x;
    }
}
