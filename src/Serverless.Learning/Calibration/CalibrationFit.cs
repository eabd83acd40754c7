using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Calibration;

/// <summary>Chooses the calibrator for a model, if any, from rows that the model was not fitted to.</summary>
public static class CalibrationFit
{
    /// <summary>
    /// With fewer rows, or for a binary task fewer of either class, nothing can be said about probabilities.
    /// </summary>
    public const int MinRows = 50;

    /// <inheritdoc cref="MinRows"/>
    public const int MinClassRows = 10;

    private const int Folds = 5;

    /// <summary>
    /// Normal quantile of one in forty: with two methods competing, one passes by chance at most one time in twenty.
    /// </summary>
    private const double NormalQuantile = 1.959963984540054;

    /// <summary>
    /// Judges each method by the log loss of rows that its calibrator was not fitted to (five-fold cross-fitting).
    /// Takes the better method if it is significantly better than no calibration, otherwise none.
    /// </summary>
    /// <param name="outputs">Row by row, as <see cref="Scorer.Score"/> returns them.</param>
    /// <param name="labels">Class indices, one per row.</param>
    public static CalibrationResult Choose(ModelTask task, double[] outputs, float[] labels, long seed)
    {
        if (task == ModelTask.Regression)
        {
            throw new ArgumentException("Expected a task of classes, found regression.", nameof(task));
        }

        var before = Losses(outputs, labels);
        var none = new CalibrationResult(null, labels.Length, labels.Length > 0 ? before.Average() : double.NaN, null);
        if (labels.Length < MinRows) return none;
        if (task == ModelTask.Binary
            && Math.Min(labels.Count(l => l > 0.5f), labels.Count(l => l < 0.5f)) < MinClassRows)
        {
            return none;
        }

        var folds = new int[labels.Length];
        for (var row = 0; row < folds.Length; row++)
        {
            folds[row] = new SplitMix64(SplitMix64.Mix((ulong)seed) ^ (ulong)row).NextInt32(Folds);
        }

        var best = none;
        foreach (var fit in Ways(task))
        {
            if (CrossFitted(fit, outputs, labels, folds) is not { } after || fit(outputs, labels) is not { } calibrator)
            {
                continue;
            }

            var losses = Losses(after, labels);
            var loss = losses.Average();
            if (loss < (best.LossAfter ?? double.PositiveInfinity) && IsSignificantlyBetter(before, losses))
            {
                best = none with { Calibrator = calibrator, LossAfter = loss };
            }
        }

        return best;
    }

    private static Func<double[], float[], Calibrator?>[] Ways(ModelTask task) =>
        task == ModelTask.Binary ? [PlattCalibrator.Fit, IsotonicCalibrator.Fit] : [TemperatureCalibrator.Fit];

    /// <returns>Null if the method has no calibrator for the rows outside some fold.</returns>
    private static double[]? CrossFitted(
        Func<double[], float[], Calibrator?> fit, double[] outputs, float[] labels, int[] folds)
    {
        var width = outputs.Length / labels.Length;
        var after = (double[])outputs.Clone();
        for (var fold = 0; fold < Folds; fold++)
        {
            int[] others = [.. Enumerable.Range(0, labels.Length).Where(row => folds[row] != fold)];
            var known = new double[others.Length * width];
            for (var i = 0; i < others.Length; i++)
            {
                outputs.AsSpan(others[i] * width, width).CopyTo(known.AsSpan(i * width));
            }

            if (fit(known, Array.ConvertAll(others, row => labels[row])) is not { } calibrator) return null;
            for (var row = 0; row < labels.Length; row++)
            {
                if (folds[row] == fold) calibrator.Apply(after.AsSpan(row * width, width));
            }
        }

        return after;
    }

    private static bool IsSignificantlyBetter(double[] before, double[] after)
    {
        var mean = 0.0;
        for (var i = 0; i < before.Length; i++) mean += before[i] - after[i];
        mean /= before.Length;
        var squares = 0.0;
        for (var i = 0; i < before.Length; i++)
        {
            var apart = before[i] - after[i] - mean;
            squares += apart * apart;
        }

        return mean > NormalQuantile * Math.Sqrt(squares / (before.Length - 1) / before.Length);
    }

    /// <summary>The <see cref="LogLoss"/> of each row.</summary>
    private static double[] Losses(double[] outputs, float[] labels)
    {
        var width = labels.Length == 0 ? 1 : outputs.Length / labels.Length;
        var losses = new double[labels.Length];
        for (var row = 0; row < losses.Length; row++)
        {
            var label = (int)labels[row];
            var p = width > 1 ? outputs[(row * width) + label] : label == 1 ? outputs[row] : 1 - outputs[row];
            losses[row] = -DeterministicMath.Log(Math.Clamp(p, 1e-15, 1 - 1e-15));
        }

        return losses;
    }
}

/// <param name="Calibrator">Null to leave the probabilities as they are.</param>
/// <param name="Rows">Number of rows it was fitted to.</param>
/// <param name="LossBefore">Mean log loss of these rows, NaN without rows.</param>
/// <param name="LossAfter">The cross-fitted mean log loss; null without a calibrator.</param>
public sealed record CalibrationResult(Calibrator? Calibrator, int Rows, double LossBefore, double? LossAfter);
