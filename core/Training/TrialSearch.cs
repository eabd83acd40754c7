using Serverless.Datasets;
using Serverless.Registry;

namespace Serverless.Training;

/// <summary>
/// Tries trainers and hyperparameters, and keeps the best on the validation rows: the defaults of each trainer, then
/// samples for the trainer that leads.
/// </summary>
public static class TrialSearch
{
    /// <summary>The trainers that compete for a task.</summary>
    /// <exception cref="ArgumentException">A name in model.json is unknown, or that trainer cannot do the task. Names those that can.</exception>
    public static IReadOnlyList<ITrainer> Contenders(IReadOnlyList<ITrainer> trainers, TrainingSettings settings, ModelTask task)
    {
        // The gate compares with the baseline anyway; as a contender it would only take the place of a model.
        List<ITrainer> able = [.. trainers.Where(t => t.Supports(task))];
        if (settings.Trainers.Count == 0) return [.. able.Where(t => t.Name != BaselineTrainer.TrainerName)];

        var named = settings.Trainers.Distinct().Select(name => able.Find(t => t.Name == name) ?? throw new ArgumentException(
            $"Expected in training.trainers one of {string.Join(", ", able.Select(t => $"'{t.Name}'"))}, found '{name}'.", nameof(settings)));
        return settings.Trainers is [_] ? [.. named] : [.. named.Where(t => t.Name != BaselineTrainer.TrainerName)];
    }

    /// <param name="score">The metric of a scorer on the validation rows.</param>
    /// <param name="greaterIsBetter">Of equal scores the earlier trial wins.</param>
    /// <param name="context">Its seed draws the samples; its progress is told the share of all trials.</param>
    /// <exception cref="ArgumentException">See <see cref="Contenders"/>.</exception>
    /// <exception cref="TrainingDivergedException">Every trial failed.</exception>
    public static TrialSearchResult Run(
        IReadOnlyList<ITrainer> trainers,
        TrainingSettings settings,
        TrainingData train,
        TrainingData validation,
        Func<Scorer, double> score,
        bool greaterIsBetter,
        TrainingContext context,
        TimeProvider time,
        IProgress<TrialProgress>? progress = null)
    {
        var contenders = Contenders(trainers, settings, train.Task);
        var count = Math.Max(contenders.Count, settings.Trials);
        var (trials, started) = (new List<TrialRecord>(), time.GetTimestamp());
        (TrialRecord Trial, Scorer Scorer, ITrainer Trainer)? leader = null;
        for (var number = 0; number < count; number++)
        {
            var isDefault = number < contenders.Count;
            if (!isDefault && (leader is null || time.GetElapsedTime(started).TotalSeconds >= settings.Seconds)) break;

            var trainer = isDefault ? contenders[number] : leader!.Value.Trainer;
            var hyperparameters = isDefault
                ? trainer.Defaults(train.Task)
                : trainer.Sample(train.Task, new SplitMix64(SplitMix64.Mix((ulong)context.Seed) ^ (ulong)number));
            if (!isDefault && hyperparameters.Count == 0) break; // nothing to vary

            var (trial, scorer) = RunTrial(number, trainer, hyperparameters);
            trials.Add(trial);
            if (scorer is null) continue;
            if (leader is null || (greaterIsBetter ? trial.Score > leader.Value.Trial.Score : trial.Score < leader.Value.Trial.Score))
            {
                leader = (trial, scorer, trainer);
            }
        }

        if (leader is not { } best)
        {
            var errors = string.Join(" ", trials.Select(t => $"{t.Trainer}: {t.Error}"));
            throw new TrainingDivergedException($"Every one of {trials.Count} trials failed. {errors}");
        }

        return new TrialSearchResult(trials, best.Trial, best.Scorer);

        (TrialRecord Trial, Scorer? Scorer) RunTrial(int number, ITrainer trainer, Hyperparameters hyperparameters)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var trialStarted = time.GetTimestamp();
            TrialRecord Record(double? value, string? error) =>
                new(number, trainer.Name, hyperparameters, value, time.GetElapsedTime(trialStarted).TotalSeconds, error);
            var share = new Callback(done =>
            {
                context.Progress?.Report((number + done) / count);
                progress?.Report(new TrialProgress(number + 1, count, trainer.Name, (number + done) / count));
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

    /// <summary>Calls back at once and in order, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Callback(Action<double> action) : IProgress<double>
    {
        public void Report(double value) => action(value);
    }
}

/// <param name="Trials">In the order in which they ran; those that failed say why.</param>
/// <param name="Best">The trial that made <paramref name="Scorer"/>.</param>
public sealed record TrialSearchResult(IReadOnlyList<TrialRecord> Trials, TrialRecord Best, Scorer Scorer);

/// <param name="Number">Of the trial that runs, from 1.</param>
/// <param name="Trials">How many there are to be.</param>
/// <param name="Share">Of all trials together, 0 to 1.</param>
public sealed record TrialProgress(int Number, int Trials, string Trainer, double Share);
