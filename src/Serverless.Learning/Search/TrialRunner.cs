using Serverless.Learning.Trainers;

namespace Serverless.Learning.Search;

/// <summary>Runs single trials of a search, each on the rows of its rung.</summary>
internal sealed class TrialRunner(
    SearchProblem problem, TrainingContext context, TimeProvider time, CancellationToken deadline)
{
    private int _divisor = 1;
    private TrainingData _train = problem.Train;
    private TrainingData _validation = problem.Validation;

    /// <returns>The outcome; null if the deadline cut the trial off.</returns>
    public async Task<TrialOutcome?> RunAsync(PlannedTrial trial, IProgress<double> progress)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        if (deadline.IsCancellationRequested) return null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, deadline);
        try
        {
            return await Task.Run(() => problem.Trace(
                () => Run(trial, context with { Progress = progress, CancellationToken = stop.Token })), stop.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested
            && !context.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private TrialOutcome Run(PlannedTrial trial, TrainingContext trialContext)
    {
        TakeRows(trial.Divisor);
        var started = time.GetTimestamp();
        TrialRecord Record(double? score, string? error) =>
            trial.Record(score, error, time.GetElapsedTime(started), _train.Labels.Length);
        trialContext.Progress?.Report(0);
        try
        {
            var scorer = trial.Trainer.Train(_train, _validation, trial.Hyperparameters, trialContext);
            var score = problem.Score(scorer, _validation);
            trialContext.Progress?.Report(1);
            return double.IsFinite(score)
                ? new TrialOutcome(Record(score, null), scorer)
                : new TrialOutcome(Record(null, NotDefined(score)), null);
        }
        catch (TrainingDivergedException e)
        {
            return new TrialOutcome(Record(null, e.Message), null);
        }
    }

    private static string NotDefined(double score) => $"The metric on the validation rows is {score}: it is not "
        + "defined for their labels or the model's outputs. Check the label, or name another metric in model.json.";

    private void TakeRows(int divisor)
    {
        if (divisor == _divisor) return;
        _divisor = divisor;
        _train = RowSubsample.Draw(problem.Train, divisor, context.Seed);

        // Validates on fewer rows too, or scoring would dominate the time; but on enough to tell models apart.
        var maxDivisor = Math.Max(1, problem.Validation.Labels.Length / SearchPlan.MinRows);
        _validation = RowSubsample.Draw(problem.Validation, Math.Min(divisor, maxDivisor), context.Seed);
    }
}
