using Serverless.Evaluation;
using Serverless.Monitoring;
using Serverless.Registry;
using Serverless.Training;

namespace Serverless.Runs;

/// <summary>From prepared data to a model that can be judged.</summary>
internal static class CandidateBuilder
{
    /// <summary>Lets trainers and hyperparameters compete; the best on the validation rows is the candidate.</summary>
    public static (Candidate Candidate, IReadOnlyList<TrialRecord> Trials) Search(
        PreparedData data,
        IReadOnlyList<ITrainer> trainers,
        TrainingContext context,
        TimeProvider clock,
        IProgress<TrialProgress>? progress)
    {
        var result = TrialSearch.Run(
            trainers,
            data.Definition.Training,
            data.Train,
            data.Validation,
            scorer => data.Metric.Compute(new Predictions(
                data.Signature.Task, data.Signature.Classes, data.Validation.Labels, scorer.ScoreAll(data.Validation.Features))),
            data.Metric.GreaterIsBetter,
            context,
            clock,
            progress);
        return (Complete(data, result.Best, result.Scorer), result.Trials);
    }

    /// <summary>Trains once more what a manifest says: the same data gives the same bytes.</summary>
    public static Candidate Rebuild(PreparedData data, ITrainer trainer, TrialRecord trial, TrainingContext context) =>
        Complete(data, trial, trainer.Train(data.Train, data.Validation, trial.Hyperparameters, context));

    private static Candidate Complete(PreparedData data, TrialRecord trial, Scorer scorer)
    {
        var holdout = data.Predict(scorer);
        var profile = ProfileBuilder.Build(data.Signature, data.Train.Features, holdout.Outputs);
        return new Candidate(trial, scorer, profile, ModelFile.Write(data.Signature, profile, scorer), holdout);
    }
}
