using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Baseline;

namespace Serverless.Learning.Search;

/// <summary>Tries trainers and hyperparameters and keeps the best on the validation rows.</summary>
public static class HyperparameterSearch
{
    /// <summary>Why <c>training.trainers</c> of model.json cannot be met, in one sentence; null if it can.</summary>
    public static string? FindProblem(IReadOnlyList<ITrainer> trainers, TrainingSettings settings, ModelTask task)
    {
        var able = Able(trainers, task);
        return settings.Trainers.FirstOrDefault(name => !able.Exists(t => t.Name == name)) is { } unknown
            ? $"Expected in training.trainers one of {string.Join(", ", able.Select(t => $"'{t.Name}'"))}, "
                + $"found '{unknown}'."
            : null;
    }

    /// <summary>The trainers competing for a task.</summary>
    /// <exception cref="ArgumentException">See <see cref="FindProblem"/>.</exception>
    public static IReadOnlyList<ITrainer> Contenders(
        IReadOnlyList<ITrainer> trainers, TrainingSettings settings, ModelTask task)
    {
        if (FindProblem(trainers, settings, task) is { } problem)
        {
            throw new ArgumentException(problem, nameof(settings));
        }

        var able = Able(trainers, task);
        if (settings.Trainers.Count == 0) return [.. able.Where(t => t.CompetesByDefault)];
        List<ITrainer> named = [.. settings.Trainers.Distinct().Select(name => able.First(t => t.Name == name))];
        return named is [_] ? named : named.FindAll(t => t.Name != BaselineTrainer.TrainerName);
    }

    /// <summary>
    /// Runs the trials of a <see cref="SearchPlan"/>. Skips trials found in <see cref="SearchProblem.Finished"/> and
    /// saves each further one there.
    /// </summary>
    /// <param name="context">The seed draws samples and rows.</param>
    /// <param name="deadline">
    /// Stops the search, and the running trial, cleanly: see <see cref="SearchResult.Cut"/>.
    /// </param>
    /// <exception cref="ArgumentException">See <see cref="Contenders"/>.</exception>
    public static async Task<SearchResult> RunAsync(
        SearchProblem problem,
        TrainingContext context,
        TimeProvider time,
        IProgress<SearchProgress>? progress = null,
        CancellationToken deadline = default)
    {
        var (train, settings, finished) = (problem.Train, problem.Settings, problem.Finished);
        var plan = new SearchPlan(
            Contenders(train.Goal.Able(problem.Trainers), settings, train.Task),
            settings,
            train.Task,
            train.Labels.Length,
            context.Seed,
            problem.GreaterIsBetter);
        var runner = new TrialRunner(problem, context, time, deadline);
        var (cancel, ran) = (context.CancellationToken, 0);
        (PlannedTrial Trial, Scorer Scorer)? best = null;
        foreach (var trial in plan.Trials())
        {
            if (await finished.FindAsync(trial, cancel) is { } before)
            {
                plan.Tell(before);
                continue;
            }

            var share = new Callback(done => progress?.Report(
                new SearchProgress(trial.Number, Math.Max(plan.Count, trial.Number + 1), trial.Trainer.Name, done,
                    plan.Done(trial, done))));
            if (await runner.RunAsync(trial, share) is not var (record, scorer))
            {
                return new SearchResult(plan.Told, null, new SearchCut(trial, ran));
            }

            ran++;
            var leader = plan.Winner;
            plan.Tell(record);
            var leads = plan.Winner == trial;
            if (leads) best = (trial, scorer!);
            await finished.SaveAsync(record, leads ? scorer : null, cancel);
            if (leads && leader is not null) await finished.ForgetScorerAsync(leader.Number, cancel);
        }

        context.Progress?.Report(1);
        if (plan.Winner is not { } winner) return new SearchResult(plan.Told, null);
        var learned = best?.Trial == winner ? best.Value.Scorer : await finished.LoadAsync(winner, cancel);
        if (learned is not null)
        {
            return new SearchResult(plan.Told, new SearchWinner(plan.Told[winner.Number], learned));
        }

        // The scorer was deleted; running the trial again gives the same one.
        return await runner.RunAsync(winner, new Callback(_ => { })) is var (_, same) && same is not null
            ? new SearchResult(plan.Told, new SearchWinner(plan.Told[winner.Number], same))
            : new SearchResult(plan.Told, null, new SearchCut(winner, ran));
    }

    private static List<ITrainer> Able(IReadOnlyList<ITrainer> trainers, ModelTask task) =>
        [.. trainers.Where(t => t.Supports(task))];

    /// <summary>Calls back synchronously and in order, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Callback(Action<double> action) : IProgress<double>
    {
        public void Report(double value) => action(value);
    }
}

/// <summary>The data and settings of a search.</summary>
public sealed record SearchProblem
{
    public required IReadOnlyList<ITrainer> Trainers { get; init; }

    public required TrainingSettings Settings { get; init; }

    public required TrainingData Train { get; init; }

    public required TrainingData Validation { get; init; }

    /// <summary>Computes the metric of a scorer on validation rows.</summary>
    public required Func<Scorer, TrainingData, double> Score { get; init; }

    public required bool GreaterIsBetter { get; init; }

    /// <summary>Trials finished by an earlier, interrupted search; this one adds its own.</summary>
    public ITrialStore Finished { get; init; } = new NoTrialStore();

    /// <summary>Runs a trial; callers may wrap it in a tracing span.</summary>
    public Func<Func<TrialOutcome>, TrialOutcome> Trace { get; init; } = run => run();
}

/// <param name="Scorer">Null if the trial failed; the record says why.</param>
public readonly record struct TrialOutcome(TrialRecord Trial, Scorer? Scorer);

/// <param name="Trials">Trials in execution order.</param>
/// <param name="Winner">Null if every trial failed or the search was cut off.</param>
/// <param name="Cut">Where the deadline cut the search off; null if it finished.</param>
public sealed record SearchResult(IReadOnlyList<TrialRecord> Trials, SearchWinner? Winner, SearchCut? Cut = null);

public sealed record SearchWinner(TrialRecord Trial, Scorer Scorer);

/// <param name="Trial">The trial to run next.</param>
/// <param name="Ran">Number of trials completed since the search began or resumed.</param>
public sealed record SearchCut(PlannedTrial Trial, int Ran);

/// <param name="Trial">Trial number, from 0.</param>
/// <param name="Trials">Planned number of trials.</param>
/// <param name="Share">Progress of this trial, 0 to 1.</param>
/// <param name="Done">Progress of the whole search, 0 to 1.</param>
public sealed record SearchProgress(int Trial, int Trials, string Trainer, double Share, double Done);
