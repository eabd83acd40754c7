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
        return (result.Winner is { } winner ? Complete(data, winner.Trial, winner.Scorer, context.Threads) : null, result.Trials);
    }

    /// <summary>Trains once more what a manifest says: the same data gives the same bytes.</summary>
    public static Candidate Rebuild(PreparedData data, ITrainer trainer, TrialRecord trial, TrainingContext context) =>
        Complete(data, trial, trainer.Train(data.Train, data.Validation, trial.Hyperparameters, context), context.Threads);

    private static Candidate Complete(PreparedData data, TrialRecord trial, Scorer scorer, int threads)
    {
        var holdout = data.Predict(scorer, data.Holdout, threads);
        var profile = ProfileBuilder.Build(data.Signature, data.Train.Features, holdout.Outputs);
        return new Candidate(trial, scorer, profile, ModelFile.Write(data.Signature, profile, scorer), holdout);
    }
}
