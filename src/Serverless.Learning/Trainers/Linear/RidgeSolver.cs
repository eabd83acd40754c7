using Serverless.Learning.Binning;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers.Linear;

/// <summary>Ridge regression by its normal equations and Cholesky factorisation: exact, without iterations.</summary>
internal static class RidgeSolver
{
    /// <returns>One weight per column, then the intercept, which is not penalised.</returns>
    /// <exception cref="TrainingDivergedException">The equations cannot be solved in double precision.</exception>
    public static double[] Solve(LinearDesign design, TrainingData data, double alpha, TrainingContext context)
    {
        var (rows, size) = (data.Labels.Length, design.ColumnCount + 1);
        var products = new double[size * size];
        var solution = new double[size];
        AddProducts(design, data, products, solution, size, context);

        // The intercept is a last column of ones.
        products[^1] = rows;
        foreach (var label in data.Labels) solution[^1] += label;
        for (var i = 0; i + 1 < size; i++) products[(i * size) + i] += rows * alpha;

        Factorize(products, size, context);
        Substitute(products, solution, size);
        return solution;
    }

    /// <summary>
    /// Products of all pairs of columns (upper triangle), and of each with the label. Each slot fills its own rows.
    /// </summary>
    private static void AddProducts(
        LinearDesign design, TrainingData data, double[] products, double[] right, int size, TrainingContext context)
    {
        var (columns, labels) = (data.Features.Columns, data.Labels);
        OrderedParallel.For(context.Threads, columns.Length, a =>
        {
            for (var row = 0; row < labels.Length; row++)
            {
                var entry = design.Entry(a, columns[a][row], out var i);
                right[i] += entry * labels[row];
                products[(i * size) + size - 1] += entry;
            }

            for (var b = a; b < columns.Length && !context.CancellationToken.IsCancellationRequested; b++)
            {
                for (var row = 0; row < labels.Length; row++)
                {
                    var entry = design.Entry(a, columns[a][row], out var i);
                    var other = design.Entry(b, columns[b][row], out var j);
                    products[(i * size) + j] += entry * other;
                }
            }
        });
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Factorises the matrix in place into an upper triangle U with UᵀU = the matrix.</summary>
    private static void Factorize(double[] matrix, int size, TrainingContext context)
    {
        for (var k = 0; k < size; k++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var pivotRow = matrix.AsSpan(k * size, size);
            if (!(pivotRow[k] > 0) || !double.IsFinite(pivotRow[k]))
            {
                throw new TrainingDivergedException(
                    $"The normal equations are singular at column {k} of {size}; a larger alpha may help.");
            }

            var root = Math.Sqrt(pivotRow[k]);
            for (var j = k; j < size; j++) pivotRow[j] /= root;
            for (var i = k + 1; i < size; i++)
            {
                var factor = pivotRow[i];
                if (factor == 0) continue;
                var row = matrix.AsSpan(i * size, size);
                for (var j = i; j < row.Length; j++) row[j] -= factor * pivotRow[j];
            }
        }
    }

    private static void Substitute(double[] upper, double[] solution, int size)
    {
        for (var i = 0; i < size; i++)
        {
            solution[i] /= upper[(i * size) + i];
            for (var j = i + 1; j < size; j++) solution[j] -= upper[(i * size) + j] * solution[i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < size; j++) solution[i] -= upper[(i * size) + j] * solution[j];
            solution[i] /= upper[(i * size) + i];
        }
    }
}
