namespace Serverless.Learning.Trainers.Linear;

/// <summary>
/// Minimises a smooth convex function of many parameters: L-BFGS (Nocedal, 'Updating quasi-Newton matrices with limited
/// storage', 1980) with backtracking line search (Armijo).
/// </summary>
/// <param name="maxIterations">Iterations after which the best parameters so far are returned.</param>
internal sealed class LimitedMemoryBfgs(int maxIterations)
{
    private const int Memory = 10;
    private const double GradientTolerance = 1e-7;
    private const double EnoughDecrease = 1e-4;
    private const int MaxHalvings = 40;

    /// <param name="start">Overwritten.</param>
    /// <param name="evaluate">Returns the function's value at the parameters and fills its gradient.</param>
    /// <param name="onIteration">Called before each iteration with its number.</param>
    /// <exception cref="TrainingDivergedException">The function is not finite at the start.</exception>
    public double[] Minimize(double[] start, Func<double[], double[], double> evaluate, Action<int> onIteration)
    {
        var (at, gradient) = (start, new double[start.Length]);
        var (next, nextGradient) = (new double[start.Length], new double[start.Length]);
        var value = evaluate(at, gradient);
        if (!double.IsFinite(value)) throw new TrainingDivergedException($"The loss is {value} before the first step.");

        var pairs = new List<(double[] Step, double[] Change, double Curvature)>(Memory);
        for (var iteration = 0; iteration < maxIterations; iteration++)
        {
            onIteration(iteration);
            if (Largest(gradient) <= GradientTolerance) break;
            var direction = Direction(gradient, pairs);
            var slope = Dot(direction, gradient);

            // Before any curvature is known, a step of unit length is as good a guess as any.
            var size = pairs.Count > 0 ? 1 : 1 / Math.Max(1, Math.Sqrt(Dot(gradient, gradient)));
            var found = false;
            for (var halvings = 0; halvings < MaxHalvings && !found; halvings++, size *= 0.5)
            {
                for (var i = 0; i < at.Length; i++) next[i] = at[i] + (size * direction[i]);
                var nextValue = evaluate(next, nextGradient);
                found = nextValue <= value + (EnoughDecrease * size * slope);
                if (found) value = nextValue;
            }

            // No lower point along a descent direction: the minimum within double precision.
            if (!found) break;
            Remember(at, next, gradient, nextGradient, pairs);
            (at, next, gradient, nextGradient) = (next, at, nextGradient, gradient);
        }

        return at;
    }

    private static void Remember(
        double[] at, double[] next, double[] gradient, double[] nextGradient, List<(double[], double[], double)> pairs)
    {
        var (step, change) = (new double[at.Length], new double[at.Length]);
        for (var i = 0; i < at.Length; i++) (step[i], change[i]) = (next[i] - at[i], nextGradient[i] - gradient[i]);

        // Without positive curvature the pair would turn the next direction uphill.
        var curvature = Dot(step, change);
        if (!(curvature > 1e-12 * Dot(change, change))) return;
        if (pairs.Count == Memory) pairs.RemoveAt(0);
        pairs.Add((step, change, curvature));
    }

    /// <summary>
    /// The two-loop recursion: minus the gradient times the inverse Hessian approximated by the pairs.
    /// </summary>
    private static double[] Direction(double[] gradient, List<(double[] Step, double[] Change, double Curvature)> pairs)
    {
        double[] direction = [.. gradient.Select(g => -g)];
        var shares = new double[pairs.Count];
        for (var p = pairs.Count - 1; p >= 0; p--)
        {
            shares[p] = Dot(pairs[p].Step, direction) / pairs[p].Curvature;
            Add(direction, pairs[p].Change, -shares[p]);
        }

        if (pairs.Count > 0)
        {
            var scale = pairs[^1].Curvature / Dot(pairs[^1].Change, pairs[^1].Change);
            for (var i = 0; i < direction.Length; i++) direction[i] *= scale;
        }

        for (var p = 0; p < pairs.Count; p++)
        {
            var share = Dot(pairs[p].Change, direction) / pairs[p].Curvature;
            Add(direction, pairs[p].Step, shares[p] - share);
        }

        return direction;
    }

    private static void Add(double[] to, double[] values, double factor)
    {
        for (var i = 0; i < to.Length; i++) to[i] += factor * values[i];
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static double Largest(double[] values) => values.Max(Math.Abs);
}
