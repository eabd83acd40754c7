using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Calibration;

/// <summary>
/// Maps the probability of class 1 to sigmoid(slope · logit(p) + intercept) (Platt, 'Probabilistic outputs for support
/// vector machines', 1999, on the log-odds). The probability is first clipped to [1e-15, 1 − 1e-15].
/// </summary>
public sealed class PlattCalibrator : Calibrator
{
    public const string CalibratorName = "platt";

    internal const double MinProbability = 1e-15;

    private const int MaxIterations = 50;

    /// <exception cref="ArgumentException">The slope is not above 0, or a number is not finite.</exception>
    public PlattCalibrator(double slope, double intercept)
    {
        if (!(slope > 0) || !double.IsFinite(slope))
        {
            throw new ArgumentException($"Expected a finite slope above 0, found {slope}.", nameof(slope));
        }

        if (!double.IsFinite(intercept))
        {
            throw new ArgumentException($"Expected a finite intercept, found {intercept}.", nameof(intercept));
        }

        (Slope, Intercept) = (slope, intercept);
    }

    public double Slope { get; }

    public double Intercept { get; }

    public override string Name => CalibratorName;

    public override ModelTask Task => ModelTask.Binary;

    internal override double[] Parameters => [Slope, Intercept];

    public override void Apply(Span<double> outputs) =>
        outputs[0] = DeterministicMath.Sigmoid((Slope * Logit(outputs[0])) + Intercept);

    /// <summary>
    /// Newton's method with halved steps (Lin, Lin and Weng, 'A note on Platt's probabilistic outputs', 2007), with
    /// Platt's softened targets, which keep the solution finite for perfectly separated classes.
    /// </summary>
    /// <returns>Null if the scores rank the rows no better than chance.</returns>
    internal static PlattCalibrator? Fit(double[] probabilities, float[] labels)
    {
        var logits = Array.ConvertAll(probabilities, Logit);
        double ones = labels.Count(l => l > 0.5f);
        var zeros = labels.Length - ones;
        var (high, low) = ((ones + 1) / (ones + 2), 1 / (zeros + 2));
        var (slope, intercept) = (1.0, 0.0);
        var loss = Loss(slope, intercept);
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            // The ridge keeps the Hessian invertible if all scores are equal.
            var (g0, g1, h00, h01, h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
            for (var i = 0; i < logits.Length; i++)
            {
                var p = DeterministicMath.Sigmoid((slope * logits[i]) + intercept);
                var (error, weight) = (p - Target(i), p * (1 - p));
                g0 += error * logits[i];
                g1 += error;
                h00 += weight * logits[i] * logits[i];
                h01 += weight * logits[i];
                h11 += weight;
            }

            var determinant = (h00 * h11) - (h01 * h01);
            var (step0, step1) = (((h11 * g0) - (h01 * g1)) / determinant, ((h00 * g1) - (h01 * g0)) / determinant);
            if (!double.IsFinite(step0) || !double.IsFinite(step1)) return null;
            var (size, found) = (1.0, false);
            for (; size > 1e-6 && !found; size /= 2)
            {
                var next = Loss(slope - (size * step0), intercept - (size * step1));
                found = next < loss;
                if (!found) continue;
                (slope, intercept, loss) = (slope - (size * step0), intercept - (size * step1), next);
            }

            if (!found || Math.Abs(step0) + Math.Abs(step1) < 1e-8) break;
        }

        return slope > 0 ? new PlattCalibrator(slope, intercept) : null;

        double Target(int row) => labels[row] > 0.5f ? high : low;

        double Loss(double a, double b)
        {
            var sum = 0.0;
            for (var i = 0; i < logits.Length; i++)
            {
                // −log likelihood of a soft target, without overflow
                var x = (a * logits[i]) + b;
                sum += Math.Max(x, 0) + DeterministicMath.Log(1 + DeterministicMath.Exp(-Math.Abs(x)))
                    - (x * Target(i));
            }

            return sum;
        }
    }

    private static double Logit(double probability)
    {
        var p = Math.Clamp(probability, MinProbability, 1 - MinProbability);
        return DeterministicMath.Log(p / (1 - p));
    }
}
