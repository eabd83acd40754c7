using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Gate;
using Serverless.Learning.Metrics;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>Decides whether a candidate's probabilities are calibrated.</summary>
internal static class CandidateCalibration
{
    /// <summary>
    /// Calibrates if, on the validation rows, that significantly lowers the log loss and does not significantly worsen
    /// the deciding metric. Metrics at the threshold of 0.5, such as recall, may benefit from miscalibrated
    /// probabilities.
    /// </summary>
    public static (Scorer Scorer, CalibrationRecord? Record) Apply(PreparedData data, Scorer scorer, int threads)
    {
        var training = data.Definition.Training;
        if (data.Signature.Task == ModelTask.Regression || training.Calibration == CalibrationMode.None)
        {
            return (scorer, null);
        }

        var before = data.Predict(scorer, data.Validation, threads);
        var result = CalibrationFit.Choose(before.Task, before.Outputs, before.Labels, training.Seed);
        if (result is not { Calibrator: { } calibrator, LossAfter: { } after }) return (scorer, null);

        var calibrated = new CalibratedScorer(scorer, calibrator);
        if (IsSurelyWorse(data.Metric, data.Predict(calibrated, data.Validation, threads), before, training.Seed))
        {
            return (scorer, null);
        }

        return (calibrated, new CalibrationRecord(calibrator.Name, result.Rows, result.LossBefore, after));
    }

    private static bool IsSurelyWorse(Metric metric, Predictions after, Predictions before, long seed)
    {
        var difference = metric.Compute(after) - metric.Compute(before);
        if (metric.GreaterIsBetter ? difference >= 0 : difference <= 0) return false;
        return PairedBootstrap.Run(
            metric, after, before, blockLength: 1, (ulong)seed, CancellationToken.None) is { } interval
            && interval.Upper() < 0;
    }
}
