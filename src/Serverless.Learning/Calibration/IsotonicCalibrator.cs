using Serverless.Learning.Definition;

namespace Serverless.Learning.Calibration;

/// <summary>
/// Maps the probability of class 1 to the frequency among rows of about this probability (isotonic regression: Zadrozny
/// and Elkan, KDD 2002), linear between the knots. Strictly rising, so that ranks, and with them the AUC, stay the
/// same.
/// </summary>
public sealed class IsotonicCalibrator : Calibrator
{
    public const string CalibratorName = "isotonic";

    private readonly double[] _x;
    private readonly double[] _y;

    /// <param name="x">Probabilities before, strictly ascending from 0 to 1; at least 2.</param>
    /// <param name="y">Probabilities after, ascending within 0 and 1; one for each of <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">The knots violate these conditions.</exception>
    public IsotonicCalibrator(double[] x, double[] y)
    {
        if (x.Length < 2 || x.Length != y.Length)
        {
            throw new ArgumentException($"Expected two knots or more, found {x.Length} and {y.Length}.", nameof(x));
        }

        if (x[0] != 0 || x[^1] != 1)
        {
            throw new ArgumentException($"Expected knots from 0 to 1, found {x[0]} to {x[^1]}.", nameof(x));
        }

        for (var i = 0; i < x.Length; i++)
        {
            if (!(y[i] is >= 0 and <= 1) || (i > 0 && !(x[i] > x[i - 1] && y[i] >= y[i - 1])))
            {
                throw new ArgumentException($"Expected ascending knots, found ({x[i]}, {y[i]}) at {i}.", nameof(x));
            }
        }

        (_x, _y) = (x, y);
    }

    /// <summary>Probabilities before, strictly ascending from 0 to 1.</summary>
    public IReadOnlyList<double> X => _x;

    /// <summary>Probabilities after, at each of <see cref="X"/>.</summary>
    public IReadOnlyList<double> Y => _y;

    public override string Name => CalibratorName;

    public override ModelTask Task => ModelTask.Binary;

    internal override double[] Parameters => [.. _x, .. _y];

    public override void Apply(Span<double> outputs)
    {
        var p = Math.Clamp(outputs[0], 0, 1);
        var at = Array.BinarySearch(_x, p);
        if (at >= 0)
        {
            outputs[0] = _y[at];
            return;
        }

        at = ~at;
        outputs[0] = _y[at - 1] + ((_y[at] - _y[at - 1]) * ((p - _x[at - 1]) / (_x[at] - _x[at - 1])));
    }

    /// <summary>
    /// Pools adjacent violators (Ayer et al. 1955) and puts a knot at each block's mean. Keeps frequencies 1/(rows + 2)
    /// away from 0 and 1, since no number of rows shows that something never happens. Beyond the outer blocks the line
    /// continues to half the outer frequencies, so that rows there keep their order too.
    /// </summary>
    internal static IsotonicCalibrator Fit(double[] probabilities, float[] labels)
    {
        var blocks = Blocks(probabilities, labels);
        var margin = 1.0 / (labels.Length + 2);
        var (x, y) = (new List<double> { 0 }, new List<double> { 0 });
        foreach (var (rows, ones, sum) in blocks)
        {
            var mean = Math.Clamp(sum / rows, 0, 1);

            // The ends have knots of their own.
            if (mean <= x[^1] || mean >= 1) continue;
            x.Add(mean);
            y.Add(Math.Clamp(ones / rows, margin, 1 - margin));
        }

        if (x.Count == 1) return new IsotonicCalibrator([0, 1], [margin, 1 - margin]);
        y[0] = y[1] / 2;
        x.Add(1);
        y.Add(1 - ((1 - y[^1]) / 2));
        return new IsotonicCalibrator([.. x], [.. y]);
    }

    private static List<(double Rows, double Ones, double Sum)> Blocks(double[] probabilities, float[] labels)
    {
        var order = Enumerable.Range(0, labels.Length).ToArray();
        Array.Sort(order, (a, b) => (probabilities[a], a).CompareTo((probabilities[b], b)));
        var blocks = new List<(double Rows, double Ones, double Sum)>();
        for (var i = 0; i < order.Length;)
        {
            // Rows of equal probability form one block from the start.
            var p = probabilities[order[i]];
            var (rows, ones, sum) = (0.0, 0.0, 0.0);
            for (; i < order.Length && probabilities[order[i]] == p; i++)
            {
                rows++;
                ones += labels[order[i]] > 0.5f ? 1 : 0;
                sum += p;
            }

            while (blocks.Count > 0 && blocks[^1] is var last && last.Ones * rows >= ones * last.Rows)
            {
                (rows, ones, sum) = (rows + last.Rows, ones + last.Ones, sum + last.Sum);
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add((rows, ones, sum));
        }

        return blocks;
    }
}
