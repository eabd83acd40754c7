using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Calibration;

/// <summary>
/// Raises all classes' probabilities to the power 1/temperature and normalises them (Guo et al., 'On calibration of
/// modern neural networks', ICML 2017). Of the multiclass methods this one keeps the predicted class and has a single
/// parameter, so that rare classes with few validation rows cannot spoil it.
/// </summary>
public sealed class TemperatureCalibrator : Calibrator
{
    internal const string CalibratorName = "temperature";

    internal const double MinProbability = 1e-300;

    private const double MaxPower = 20;
    private const int MaxIterations = 50;

    /// <exception cref="ArgumentException">The temperature is not above 0 or not finite.</exception>
    public TemperatureCalibrator(double temperature)
    {
        if (!(temperature > 0) || !double.IsFinite(temperature))
        {
            throw new ArgumentException(
                $"Expected a finite temperature above 0, found {temperature}.", nameof(temperature));
        }

        Temperature = temperature;
    }

    /// <summary>Above 1 if the probabilities were overconfident.</summary>
    public double Temperature { get; }

    public override string Name => CalibratorName;

    public override ModelTask Task => ModelTask.Multiclass;

    internal override double[] Parameters => [Temperature];

    public override void Apply(Span<double> outputs)
    {
        foreach (ref var output in outputs) output = Log(output) / Temperature;
        DeterministicMath.Softmax(outputs);
    }

    /// <summary>Finds the power by Newton's method; the log loss is convex in it.</summary>
    /// <param name="probabilities">Row by row, one per class.</param>
    internal static TemperatureCalibrator Fit(double[] probabilities, float[] labels)
    {
        var classes = probabilities.Length / labels.Length;
        var logs = Array.ConvertAll(probabilities, Log);
        var scores = new double[classes];
        var (power, low, high) = (1.0, 1 / MaxPower, MaxPower);
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            var (slope, curvature) = (0.0, 0.0);
            for (var row = 0; row < labels.Length; row++)
            {
                var of = logs.AsSpan(row * classes, classes);
                for (var k = 0; k < classes; k++) scores[k] = power * of[k];
                DeterministicMath.Softmax(scores);
                var (mean, square) = (0.0, 0.0);
                for (var k = 0; k < classes; k++)
                {
                    mean += scores[k] * of[k];
                    square += scores[k] * of[k] * of[k];
                }

                slope += mean - of[(int)labels[row]];
                curvature += square - (mean * mean);
            }

            // The slope rises with the power, so the bounds bracket the minimum; a step beyond them is replaced by
            // bisection.
            if (slope > 0) high = power;
            else low = power;
            var next = power - (slope / curvature);
            if (!(next > low && next < high)) next = (low + high) / 2;
            var step = Math.Abs(next - power);
            power = next;
            if (step < 1e-9) break;
        }

        return new TemperatureCalibrator(1 / power);
    }

    /// <summary>The logarithm, with a probability that underflowed to 0 raised to the smallest allowed.</summary>
    private static double Log(double probability) => DeterministicMath.Log(Math.Max(probability, MinProbability));
}
