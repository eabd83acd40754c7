using Serverless.Datasets;
using Serverless.Registry;
using Serverless.Telemetry;

namespace Serverless.Training;

/// <summary>
/// Tries trainers and hyperparameters, and keeps the best on the validation rows: the defaults of each trainer, then
/// samples for the trainer that leads.
/// </summary>
public static class Search
{
    /// <summary>Why <c>training.trainers</c> of model.json cannot be met, in one sentence; null where it can.</summary>
    public static string? FindProblem(IReadOnlyList<ITrainer> trainers, TrainingSettings settings, ModelTask task)
    {
        var able = Able(trainers, task);
        return settings.Trainers.FirstOrDefault(name => !able.Exists(t => t.Name == name)) is { } unknown
            ? $"Expected in training.trainers one of {string.Join(", ", able.Select(t => $"'{t.Name}'"))}, found '{unknown}'."
            : null;
    }

    /// <summary>The trainers that compete for a task.</summary>
    /// <exception cref="ArgumentException">See <see cref="FindProblem"/>.</exception>
    public static IReadOnlyList<ITrainer> Contenders(IReadOnlyList<ITrainer> trainers, TrainingSettings settings, ModelTask task)
    {
        if (FindProblem(trainers, settings, task) is { } problem) throw new ArgumentException(problem, nameof(settings));
        var able = Able(trainers, task);

        // The gate compares with the baseline anyway; as a contender it would only take the place of a model.
        if (settings.Trainers.Count == 0) return [.. able.Where(t => t.Name != BaselineTrainer.TrainerName)];
        List<ITrainer> named = [.. settings.Trainers.Distinct().Select(name => able.First(t => t.Name == name))];
        return named is [_] ? named : named.FindAll(t => t.Name != BaselineTrainer.TrainerName);
    }

    /// <param name="score">The metric of a scorer on the validation rows.</param>
    /// <param name="greaterIsBetter">Of equal scores the earlier trial wins.</param>
    /// <param name="context">Its seed draws the samples; its progress is told the share of all trials.</param>
    /// <exception cref="ArgumentException">See <see cref="Contenders"/>.</exception>
    public static SearchResult Run(
        IReadOnlyList<ITrainer> trainers,
        TrainingSettings settings,
        TrainingData train,
        TrainingData validation,
        Func<Scorer, double> score,
        bool greaterIsBetter,
        TrainingContext context,
        TimeProvider time,
        IProgress<SearchProgress>? progress = null)
    {
        var contenders = Contenders(trainers, settings, train.Task);
        var count = Math.Max(contenders.Count, settings.Trials);
        var (trials, started) = (new List<TrialRecord>(), time.GetTimestamp());
        SearchWinner? winner = null;
        for (var number = 0; number < count; number++)
        {
            var isDefault = number < contenders.Count;
            if (!isDefault && (winner is null || time.GetElapsedTime(started).TotalSeconds >= settings.Seconds)) break;

            var trainer = isDefault ? contenders[number] : contenders.First(t => t.Name == winner!.Trial.Trainer);
            var hyperparameters = isDefault
                ? trainer.Defaults(train.Task)
                : trainer.Sample(train.Task, new SplitMix64(SplitMix64.Mix((ulong)context.Seed) ^ (ulong)number));
            if (!isDefault && hyperparameters.Count == 0) break; // nothing to vary

            var (trial, scorer) = RunTelemetry.Trial(() => RunTrial(number, trainer, hyperparameters));
            trials.Add(trial);
            if (trial.Score is { } found && (winner is null || (greaterIsBetter ? found > winner.Trial.Score : found < winner.Trial.Score)))
            {
                winner = new SearchWinner(trial, scorer!);
            }
        }

        context.Progress?.Report(1);
        return new SearchResult(trials, winner);

        (TrialRecord Trial, Scorer? Scorer) RunTrial(int number, ITrainer trainer, Hyperparameters hyperparameters)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var trialStarted = time.GetTimestamp();
            TrialRecord Record(double? value, string? error) =>
                new(number, trainer.Name, hyperparameters, value, time.GetElapsedTime(trialStarted).TotalSeconds, error);
            var share = new Callback(done =>
            {
                context.Progress?.Report((number + done) / count);
                progress?.Report(new SearchProgress(number, count, trainer.Name, done));
            });

            share.Report(0);
            try
            {
                var scorer = trainer.Train(train, validation, hyperparameters, context with { Progress = share });
                var value = score(scorer);
                share.Report(1);
                return double.IsFinite(value)
                    ? (Record(value, null), scorer)
                    : (Record(null, $"The metric on the validation rows is {value}."), null);
            }
            catch (TrainingDivergedException e)
            {
                return (Record(null, e.Message), null);
            }
        }
    }

    private static List<ITrainer> Able(IReadOnlyList<ITrainer> trainers, ModelTask task) => [.. trainers.Where(t => t.Supports(task))];

    /// <summary>Calls back at once and in order, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Callback(Action<double> action) : IProgress<double>
    {
        public void Report(double value) => action(value);
    }
}

/// <param name="Trials">In the order in which they ran.</param>
/// <param name="Winner">Null where every trial failed; each says why.</param>
public sealed record SearchResult(IReadOnlyList<TrialRecord> Trials, SearchWinner? Winner);

public sealed record SearchWinner(TrialRecord Trial, Scorer Scorer);

/// <param name="Trial">From 0.</param>
/// <param name="Trials">How many there are to be.</param>
/// <param name="Share">Of this trial, 0 to 1.</param>
public sealed record SearchProgress(int Trial, int Trials, string Trainer, double Share);
