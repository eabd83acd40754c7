namespace Serverless.Learning.Changes;

/// <summary>How far apart two columns' values are, 0 (the same) to 1.</summary>
internal static class Distance
{
    /// <summary>Rounding of converted numbers.</summary>
    private const double Tolerance = 0.002;

    /// <summary>1 where the types differ or one has no value.</summary>
    public static double Between(ColumnSketch a, ColumnSketch b)
    {
        if (a.Type != b.Type || a.Present == 0 || b.Present == 0) return 1;
        return a.Values.Count > 0 || b.Values.Count > 0 ? OfTexts(a, b) : OfNumbers(a, b, x => x);
    }

    /// <summary>
    /// Kolmogorov and Smirnov's: the largest difference between the shares of values up to a number.
    /// </summary>
    /// <param name="convert">Applied to the values of <paramref name="b"/>; ascending.</param>
    public static double OfNumbers(ColumnSketch a, ColumnSketch b, Func<double, double> convert)
    {
        var (zerosA, zerosB) = (Share(a.Zeros, a.Present), Share(b.Zeros, b.Present));
        // Zeros keep their place unless the conversion moves them.
        var zero = convert(0);
        double[] numbers = [.. b.Quantiles.Select(convert)];
        var largest = 0.0;
        foreach (var x in a.Quantiles.Concat(numbers).Append(0).Append(zero))
        {
            var slack = Math.Abs(x) * Tolerance;
            var more = UpTo(a.Quantiles, zerosA, 0, x - slack) - UpTo(numbers, zerosB, zero, x + slack);
            var less = UpTo(numbers, zerosB, zero, x - slack) - UpTo(a.Quantiles, zerosA, 0, x + slack);
            largest = Math.Max(largest, Math.Max(more, less));
        }

        return largest;
    }

    /// <summary>What chance alone reaches one time in a thousand, for columns of as many values.</summary>
    public static double Noise(ColumnSketch a, ColumnSketch b) =>
        1.95 * Math.Sqrt((1.0 / Math.Max(1, a.Present)) + (1.0 / Math.Max(1, b.Present)));

    /// <summary>The share of values that would have to change (total variation).</summary>
    private static double OfTexts(ColumnSketch a, ColumnSketch b)
    {
        var shares = a.Values.ToDictionary(v => v.Value, v => Share(v.Count, a.Present), StringComparer.Ordinal);
        var difference = 0.0;
        foreach (var (value, count) in b.Values)
        {
            shares.Remove(value, out var share);
            difference += Math.Abs(Share(count, b.Present) - share);
        }

        var others = Math.Abs(OtherShare(a) - OtherShare(b));
        return (difference + shares.Values.Sum() + others) / 2;
    }

    /// <summary>Share of the values that are not listed.</summary>
    public static double OtherShare(ColumnSketch column) =>
        1 - Share(column.Values.Sum(v => v.Count), Math.Max(1, column.Present));

    private static double UpTo(IReadOnlyList<double> sorted, double zeros, double zero, double x)
    {
        var (from, to) = (0, sorted.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (sorted[middle] <= x) from = middle + 1;
            else to = middle;
        }

        var share = sorted.Count == 0 ? 0 : (double)from / sorted.Count;
        return ((1 - zeros) * share) + (x >= zero ? zeros : 0);
    }

    private static double Share(int count, int of) => of == 0 ? 0 : (double)count / of;
}
