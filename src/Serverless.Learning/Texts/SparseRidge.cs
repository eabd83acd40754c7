namespace Serverless.Learning.Texts;

/// <summary>
/// Ridge regression over sparse rows by conjugate gradients (Hestenes and Stiefel, 1952) on the normal equations,
/// one after the other in the rows' order: the same weights to the bit on every machine.
/// </summary>
internal static class SparseRidge
{
    /// <summary>The penalty, as scikit-learn's <c>Ridge</c> has it by default; rows have length 1.</summary>
    private const double Penalty = 1;

    private const int MaxSteps = 50;
    private const double Precision = 1e-4;

    /// <param name="target">One per row; its mean over the rows used is taken off.</param>
    /// <param name="uses">Which rows are learned from.</param>
    /// <returns>One weight per column.</returns>
    public static double[] Solve(SparseRows rows, double[] target, Func<int, bool> uses)
    {
        int[] used = [.. Enumerable.Range(0, rows.Count).Where(uses)];
        var mean = 0.0;
        foreach (var row in used) mean += target[row] / used.Length;
        var residual = new double[rows.Columns];
        foreach (var row in used) rows.AddTo(residual, row, target[row] - mean);

        var (weights, image) = (new double[rows.Columns], new double[rows.Columns]);
        double[] direction = [.. residual];
        var squares = Dot(residual, residual);
        var enough = squares * Precision * Precision;
        for (var step = 0; step < MaxSteps && squares > enough; step++)
        {
            for (var i = 0; i < image.Length; i++) image[i] = Penalty * direction[i];
            foreach (var row in used) rows.AddTo(image, row, rows.Product(row, direction));
            var along = squares / Dot(direction, image);
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] += along * direction[i];
                residual[i] -= along * image[i];
            }

            var before = squares;
            squares = Dot(residual, residual);
            for (var i = 0; i < direction.Length; i++) direction[i] = residual[i] + (squares / before * direction[i]);
        }

        return weights;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
