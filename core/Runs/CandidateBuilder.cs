using Serverless.Evaluation;
using Serverless.Monitoring;
using Serverless.Registry;
using Serverless.Training;

namespace Serverless.Runs;

/// <summary>From prepared data to a model that can be judged.</summary>
internal static class CandidateBuilder
{
    /// <summary>Lets trainers and hyperparameters compete; the best on the validation rows is the candidate.</summary>
    /// <returns>No candidate where every trial failed; the trials say why.</returns>
    public static (Candidate? Candidate, IReadOnlyList<TrialRecord> Trials) Search(
        PreparedData data,
        IReadOnlyList<ITrainer> trainers,
        TrainingContext context,
        TimeProvider clock,
        IProgress<SearchProgress>? progress)
    {
        var result = Training.Search.Run(
            trainers,
            data.Definition.Training,
            data.Train,
            data.Validation,
            scorer => data.Metric.Compute(data.Predict(scorer, data.Validation, context.Threads)),
            data.Metric.GreaterIsBetter,
            context,
            clock,
            progress);
        if (result.Winner is not { } winner) return (null, result.Trials);
        var (scorer, calibration) = CandidateCalibration.Apply(data, winner.Scorer, context.Threads);
        var (bytes, profile, holdout) = ToModelFile(data, scorer, context.Threads);
        return (new Candidate(winner.Trial, scorer, calibration, profile, bytes, holdout), result.Trials);
    }

    /// <summary>The content of model.bin, with what went into it.</summary>
    /// <param name="scorer">Calibrated already, see <see cref="CandidateCalibration"/>.</param>
    public static (byte[] Bytes, ReferenceProfile Profile, Predictions Holdout) ToModelFile(PreparedData data, Scorer scorer, int threads)
    {
        var holdout = data.Predict(scorer, data.Holdout, threads);
        var profile = ProfileBuilder.Build(data.Signature, data.Train.Features, holdout.Outputs);
        return (ModelFile.Write(data.Signature, profile, scorer), profile, holdout);
    }
}
