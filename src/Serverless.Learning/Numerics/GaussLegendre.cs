namespace Serverless.Learning.Numerics;

/// <summary>
/// Gauss–Legendre quadrature on [0, 1]: n points integrate polynomials of degree up to 2n − 1 exactly.
/// </summary>
internal static class GaussLegendre
{
    /// <param name="count">Number of points, from 1.</param>
    /// <returns>Points strictly between 0 and 1, and weights above 0 that add up to 1.</returns>
    public static (double[] Points, double[] Weights) Rule(int count)
    {
        var (points, weights) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            // Newton's method on the Legendre polynomial, from Tricomi's estimate of its i-th root.
            var x = Math.Cos(Math.PI * (i + 0.75) / (count + 0.5));
            var slope = 0.0;
            var step = 1.0;
            for (var iteration = 0; Math.Abs(step) > 1e-15 && iteration < 20; iteration++)
            {
                var (before, value) = (0.0, 1.0);
                for (var n = 1; n <= count; n++)
                {
                    (before, value) = (value, ((((2 * n) - 1) * x * value) - ((n - 1) * before)) / n);
                }

                slope = count * ((x * value) - before) / ((x * x) - 1);
                step = value / slope;
                x -= step;
            }

            points[i] = (1 + x) / 2;
            weights[i] = 1 / ((1 - (x * x)) * slope * slope);
        }

        return (points, weights);
    }
}
