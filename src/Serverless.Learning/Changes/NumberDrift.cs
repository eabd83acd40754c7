namespace Serverless.Learning.Changes;

/// <summary>How fast a column's numbers change in the order of the file, as seasons and counters do.</summary>
internal static class NumberDrift
{
    public const int Parts = 5;
    private const int MinRows = 10 * Parts;

    /// <param name="numbers">In the file's order.</param>
    /// <returns>
    /// The largest distance of Kolmogorov and Smirnov between neighbouring fifths, and whether their medians only rise
    /// or only fall, and far.
    /// </returns>
    public static (double Drift, bool Trends) Of(double[] numbers)
    {
        if (numbers.Length < MinRows) return (1, false);
        var parts = new double[Parts][];
        for (var p = 0; p < Parts; p++)
        {
            parts[p] = numbers[(p * numbers.Length / Parts)..((p + 1) * numbers.Length / Parts)];
            Array.Sort(parts[p]);
        }

        var (largest, smallest, up, down) = (0.0, 1.0, 0, 0);
        for (var p = 1; p < Parts; p++)
        {
            var distance = Apart(parts[p - 1], parts[p]);
            (largest, smallest) = (Math.Max(largest, distance), Math.Min(smallest, distance));
            var step = parts[p][parts[p].Length / 2] - parts[p - 1][parts[p - 1].Length / 2];
            if (step > 0) up++;
            if (step < 0) down++;
        }

        return (largest, Math.Max(up, down) == Parts - 1 && smallest > 0.5);
    }

    private static double Apart(double[] a, double[] b)
    {
        var (i, j, largest) = (0, 0, 0.0);
        while (i < a.Length && j < b.Length)
        {
            var x = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= x) i++;
            while (j < b.Length && b[j] <= x) j++;
            largest = Math.Max(largest, Math.Abs(((double)i / a.Length) - ((double)j / b.Length)));
        }

        return largest;
    }
}
