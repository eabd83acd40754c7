using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Search;

/// <summary>
/// Plans the trials of a search from nothing but the seed and the records so far: an interrupted search that is given
/// its finished trials again continues as if it had not stopped.
/// </summary>
/// <remarks>
/// Configurations are the defaults of each trainer, then samples for the leading trainer. With enough rows they compete
/// by successive halving (Jamieson and Talwalkar, AISTATS 2016): all on few rows, then the best quarter of each rung on
/// four times as many, until the last ones train on all rows.
/// </remarks>
internal sealed class SearchPlan(
    IReadOnlyList<ITrainer> contenders, TrainingSettings settings, ModelTask task, int rows, long seed,
    bool greaterIsBetter)
{
    /// <summary>Min rows per rung: on fewer, simple models win that more rows would leave behind.</summary>
    public const int MinRows = 5000;

    private const int Reduction = 4;

    private readonly int _configurations = Math.Max(contenders.Count, settings.Trials);
    private readonly List<PlannedTrial> _planned = [];
    private readonly List<TrialRecord> _told = [];

    /// <summary>Records in execution order.</summary>
    public IReadOnlyList<TrialRecord> Told => _told;

    /// <summary>Number of trials if none fails and the time suffices.</summary>
    public int Count => Enumerable.Range(0, Rungs).Sum(Places);

    /// <summary>The best trial on all rows, the earlier one on a tie; null if all failed.</summary>
    public PlannedTrial? Winner => Ranked(Rungs - 1).FirstOrDefault();

    /// <summary>Progress of the search, weighted by rows, when <paramref name="share"/> of a trial is done.</summary>
    public double Done(PlannedTrial trial, double share)
    {
        var all = Enumerable.Range(0, Rungs).Sum(r => Places(r) / (double)Divisor(r));
        var before = _planned.Take(trial.Number).Sum(t => 1.0 / t.Divisor);
        return Math.Min(1, (before + (share / trial.Divisor)) / all);
    }

    public void Tell(TrialRecord trial) => _told.Add(trial);

    /// <summary>
    /// Yields the trials; each record must be passed to <see cref="Tell"/> before the next is requested.
    /// </summary>
    public IEnumerable<PlannedTrial> Trials()
    {
        var ranked = new List<PlannedTrial>();
        for (var number = 0; number < _configurations && Draw(number) is { } drawn; number++)
        {
            ranked.Add(drawn);
            yield return drawn;
        }

        for (var rung = 1; rung < Rungs; rung++)
        {
            // If all failed on few rows, for instance because a rare class was absent, more rows may help.
            if (Ranked(rung - 1) is { Count: > 0 } better) ranked = better;
            foreach (var survivor in ranked)
            {
                var good = Ranked(rung).Count;
                var isLast = rung == Rungs - 1;
                if (good == Places(rung) || (IsOver && (good > 0 || !isLast))) break;
                yield return Plan(survivor.Trainer, survivor.Hyperparameters, rung);
            }
        }
    }

    private int Rungs
    {
        get
        {
            var (rungs, divisor) = (1, Reduction);
            for (; divisor <= _configurations && rows / divisor >= MinRows; divisor *= Reduction) rungs++;
            return rungs;
        }
    }

    /// <summary>Counts the time of all trials, so that a resumed search includes what was spent before.</summary>
    private bool IsOver => _told.Sum(t => t.Seconds) >= settings.Seconds;

    private PlannedTrial? Draw(int number)
    {
        if (number < contenders.Count) return Plan(contenders[number], contenders[number].Defaults(task), 0);
        if (IsOver || Ranked(0).FirstOrDefault() is not { } leader) return null;
        var sample = leader.Trainer.Sample(task, new SplitMix64(SplitMix64.Mix((ulong)seed) ^ (ulong)number));
        return sample.Count > 0 ? Plan(leader.Trainer, sample, 0) : null; // empty: the trainer has nothing to vary
    }

    private PlannedTrial Plan(ITrainer trainer, Hyperparameters hyperparameters, int rung)
    {
        var trial = new PlannedTrial(_planned.Count, rung, Divisor(rung), trainer, hyperparameters);
        _planned.Add(trial);
        return trial;
    }

    /// <summary>A rung's successful trials, best first.</summary>
    private List<PlannedTrial> Ranked(int rung)
    {
        var good = _told.Where(t => t.Rung == rung && t.Score is not null);
        var best = greaterIsBetter ? good.OrderByDescending(t => t.Score) : good.OrderBy(t => t.Score);
        return [.. best.Select(t => _planned[t.Number])];
    }

    private int Divisor(int rung) => Power(Rungs - 1 - rung);

    private int Places(int rung) => Math.Max(1, _configurations / Power(rung));

    private static int Power(int exponent) => exponent == 0 ? 1 : Reduction * Power(exponent - 1);
}

/// <param name="Number">Trial number from 0, in execution order.</param>
/// <param name="Rung">Step of successive halving, from 0.</param>
/// <param name="Divisor">The trial trains on one in this many rows.</param>
public sealed record PlannedTrial(int Number, int Rung, int Divisor, ITrainer Trainer, Hyperparameters Hyperparameters)
{
    public TrialRecord Record(double? score, string? error, TimeSpan time, int rows) =>
        new(Number, Trainer.Name, Hyperparameters, score, time.TotalSeconds, error) { Rows = rows, Rung = Rung };

    /// <summary>Whether a record belongs to this trial.</summary>
    public bool IsOf(TrialRecord record) =>
        (record.Number, record.Rung, record.Trainer) == (Number, Rung, Trainer.Name)
        && record.Hyperparameters.SequenceEqual(Hyperparameters);
}
