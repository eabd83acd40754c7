namespace Serverless.Learning.Numerics;

/// <summary>Least squares on standardised columns, by a Cholesky decomposition that skips collinear columns.</summary>
internal static class LeastSquares
{
    private const double Collinear = 1e-10;

    /// <summary>
    /// Fits weights of the columns to the target, all in standard deviations; 0 for a constant or collinear column.
    /// Null if the target is constant.
    /// </summary>
    /// <param name="columns">At least one, each with as many finite values as <paramref name="target"/>.</param>
    /// <param name="explained">Share of the target's variance explained, R².</param>
    public static double[]? Fit(IReadOnlyList<double[]> columns, double[] target, out double explained)
    {
        explained = 0;
        if (Standardise(target) is not { } y) return null;
        var x = columns.Select(Standardise).ToArray();
        var used = new List<int>();
        var factor = new List<double[]>(); // rows of L, for the columns in use
        var projected = new List<double>(); // L⁻¹ Xᵀy
        for (var j = 0; j < x.Length; j++)
        {
            if (x[j] is not { } column) continue;
            var row = new double[used.Count + 1];
            var rest = Dot(column, column);
            for (var k = 0; k < used.Count; k++)
            {
                row[k] = (Dot(column, x[used[k]]!) - Dot(row.AsSpan(0, k), factor[k].AsSpan(0, k))) / factor[k][k];
                rest -= row[k] * row[k];
            }

            if (rest < Collinear) continue;
            row[^1] = Math.Sqrt(rest);
            var share = (Dot(column, y) - Dot(row.AsSpan(0, used.Count), projected.ToArray())) / row[^1];
            used.Add(j);
            factor.Add(row);
            projected.Add(share);
        }

        var solved = Solve(factor, projected);
        var weights = new double[x.Length];
        for (var k = 0; k < used.Count; k++) weights[used[k]] = solved[k];
        explained = Explained(x, y, weights);
        return weights;
    }

    /// <summary>Solves Lᵀw = z by back substitution.</summary>
    private static double[] Solve(List<double[]> factor, List<double> projected)
    {
        var weights = projected.ToArray();
        for (var k = weights.Length - 1; k >= 0; k--)
        {
            for (var later = k + 1; later < weights.Length; later++) weights[k] -= factor[later][k] * weights[later];
            weights[k] /= factor[k][k];
        }

        return weights;
    }

    private static double Explained(double[]?[] x, double[] y, double[] weights)
    {
        var rest = 0.0;
        for (var i = 0; i < y.Length; i++)
        {
            var error = y[i];
            for (var j = 0; j < x.Length; j++)
            {
                if (weights[j] != 0) error -= weights[j] * x[j]![i];
            }

            rest += error * error;
        }

        return 1 - rest;
    }

    /// <summary>Mean 0 and length 1; null for a constant.</summary>
    private static double[]? Standardise(double[] values)
    {
        var mean = values.Average();
        var centred = Array.ConvertAll(values, v => v - mean);
        var length = Math.Sqrt(Dot(centred, centred));
        var scale = values.Max(Math.Abs);
        return length <= 1e-12 * scale * Math.Sqrt(values.Length) ? null : Array.ConvertAll(centred, v => v / length);
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
