using Serverless.Learning.Numerics;

namespace Serverless.Learning.History;

/// <summary>
/// Tells repeated rows from rows that are equal by chance, by how often each value occurs before and now. Where chance
/// decides, the occurrences of a value fall on both sides independently: of two equal rows, one on each side at most
/// half of the time. Rows that are repeated pair up: the counts follow a bivariate Poisson distribution
/// with a shared part (Holgate, 'Estimation for the bivariate Poisson distribution', Biometrika 1964). Compares
/// the likelihood of both, given the sum of each value's counts, so that nothing need be known of how frequent a
/// value is.
/// </summary>
internal sealed class RepeatTest
{
    /// <summary>Larger sums are as good as normally distributed, and cost more to add up.</summary>
    private const int MaxExact = 40;

    private const double Impossible = -50;

    /// <summary>The variance of a normal distribution as dense as a count that is certain: 1 / 2π.</summary>
    private const double Certain = 0.159;

    /// <summary>Shares of the smaller side's rows that are on both sides.</summary>
    private static readonly double[] _shares =
        [1, 0.999, 0.99, 0.95, 0.9, 0.75, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002];

    /// <summary>How much the sides' distributions differ beyond chance: the variance of a value's share.</summary>
    private static readonly double[] _drifts = [0, 1e-4, 1e-3, 1e-2, 0.1];

    private readonly Dictionary<(int Before, int Now), long> _values = [];
    private readonly Dictionary<(double Shared, int Sum), double[]> _tables = [];

    private List<(int Before, int Now, long Values)> _sorted = [];

    /// <summary>Rows before.</summary>
    public long Before { get; private set; }

    /// <summary>Rows now.</summary>
    public long Now { get; private set; }

    /// <summary>Rows now that are equal to as many rows before.</summary>
    public long Equal { get; private set; }

    /// <summary>Different rows now.</summary>
    public long DistinctNow { get; private set; }

    /// <summary>
    /// Rows before that should be repeated if others are, and are not; without those of the first moment in common.
    /// </summary>
    public long Lost { get; set; }

    /// <summary>Rows now that are new although they are of a time that was there before.</summary>
    public long New { get; set; }

    /// <summary>Adds values that occur so often on each side.</summary>
    public void Add(int before, int now, long values = 1)
    {
        if (before + now == 0 || values == 0) return;
        _values[(before, now)] = _values.GetValueOrDefault((before, now)) + values;
        Before += before * values;
        Now += now * values;
        Equal += Math.Min(before, now) * values;
        DistinctNow += now > 0 ? values : 0;
    }

    /// <summary>
    /// The log likelihood of repeated rows over that of chance: for all rows before, and for any share of them.
    /// </summary>
    /// <returns>Also how many rows are repeated most likely, if any are.</returns>
    public (double All, double Any, double Shared) LogLikelihoodRatio()
    {
        if (Equal == 0) return (double.NegativeInfinity, double.NegativeInfinity, 0);
        _sorted = [.. _values.OrderBy(v => v.Key).Select(v => (v.Key.Before, v.Key.Now, v.Value))];
        var chance = Best(0);
        var (all, any, shared) = (double.NegativeInfinity, double.NegativeInfinity, 0.0);
        foreach (var share in _shares)
        {
            var ratio = Best(share * Math.Min(Before, Now)) - chance;
            if (ratio > any) (any, shared) = (ratio, share * Math.Min(Before, Now));
            if (share == 1 && Before <= Now) all = ratio;
        }

        return (all, any, shared);
    }

    private double Best(double shared)
    {
        var few = _sorted.Where(v => v.Before + v.Now <= MaxExact)
            .Sum(v => v.Values * Exact(v.Before, v.Before + v.Now, shared));
        var many = _sorted.FindAll(v => v.Before + v.Now > MaxExact);
        if (many.Count == 0) return few;
        // The counts of a side have a given sum, so one of them is not free.
        double groups = many.Sum(v => v.Values);
        var free = (groups - 1) / groups;
        return few + (free * _drifts.Max(drift => many.Sum(v => v.Values * Normal(v.Before, v.Now, shared, drift))));
    }

    private double Exact(int before, int sum, double shared)
    {
        if (!_tables.TryGetValue((shared, sum), out var table)) _tables[(shared, sum)] = table = Table(sum, shared);
        return table[before];
    }

    /// <summary>Log probabilities of each count before, given the sum.</summary>
    private double[] Table(int sum, double shared)
    {
        var rate = sum / (double)(Before + Now);
        double[] both = Poisson(shared * rate, sum), before = Poisson((Before - shared) * rate, sum),
            now = Poisson((Now - shared) * rate, sum);
        var weights = new double[sum + 1];
        for (var count = 0; count <= sum; count++)
        {
            for (var pairs = 0; pairs <= Math.Min(count, sum - count); pairs++)
            {
                weights[count] += both[pairs] * before[count - pairs] * now[sum - count - pairs];
            }
        }

        var all = weights.Sum();
        return Array.ConvertAll(
            weights, w => w > 0 && all > 0 ? Math.Max(Impossible, DeterministicMath.Log(w / all)) : Impossible);
    }

    /// <summary>Poisson probabilities up to a constant factor.</summary>
    private static double[] Poisson(double mean, int max)
    {
        var terms = new double[max + 1];
        terms[0] = 1;
        for (var i = 1; i <= max; i++) terms[i] = terms[i - 1] * Math.Max(0, mean) / i;
        return terms;
    }

    private double Normal(int before, int now, double shared, double drift)
    {
        if (shared >= Math.Min(Before, Now) && (Before <= Now ? before > now : now > before)) return Impossible;
        double sum = before + now, total = Before + Now, a = Before, rate = sum / total;
        var mean = a * rate;
        var ofCounts = rate * (a - ((a + shared) * (a + shared) / (total + (2 * shared))));
        // Rows that are on both sides cannot differ: only the others drift.
        var others = sum * (1 - (2 * shared / total));
        var variance = Math.Max(Certain, ofCounts) + (drift * others * others * a * Now / (total * total));
        return -0.5 * (DeterministicMath.Log(variance) + ((before - mean) * (before - mean) / variance));
    }
}
