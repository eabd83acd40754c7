using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Search;

/// <summary>
/// Which trial comes next, told by nothing but the seed and what the trials before it came to: a search that was cut
/// off and is told its finished trials again goes on as if nothing had happened.
/// </summary>
/// <remarks>
/// Configurations are the defaults of each trainer, then samples for the trainer that leads. Where there are rows enough, they
/// compete by successive halving (Jamieson and Talwalkar, AISTATS 2016): all on few rows, and the best quarter of
/// each rung on four times as many, until the last ones learn from all rows.
/// </remarks>
internal sealed class SearchPlan(
    IReadOnlyList<ITrainer> contenders, TrainingSettings settings, ModelTask task, int rows, long seed, bool greaterIsBetter)
{
    /// <summary>No rung has fewer rows: on too few, simple models win that more rows would leave behind.</summary>
    public const int MinRows = 5000;

    private const int Reduction = 4;

    private readonly int _configurations = Math.Max(contenders.Count, settings.Trials);
    private readonly List<PlannedTrial> _planned = [];
    private readonly List<TrialRecord> _told = [];

    /// <summary>In the order in which they ran.</summary>
    public IReadOnlyList<TrialRecord> Told => _told;

    /// <summary>How many trials there are if all go well and time is enough.</summary>
    public int Count => Enumerable.Range(0, Rungs).Sum(Places);

    /// <summary>The best of those that learned from all rows, the earlier one of equals; null: none that did not fail.</summary>
    public PlannedTrial? Winner => Ranked(Rungs - 1).FirstOrDefault();

    /// <summary>Share of the search that is done, weighed by rows, once <paramref name="share"/> of a trial is.</summary>
    public double Done(PlannedTrial trial, double share)
    {
        var all = Enumerable.Range(0, Rungs).Sum(r => Places(r) / (double)Divisor(r));
        var before = _planned.Take(trial.Number).Sum(t => 1.0 / t.Divisor);
        return Math.Min(1, (before + (share / trial.Divisor)) / all);
    }

    public void Tell(TrialRecord trial) => _told.Add(trial);

    /// <summary>The trials, one by one: what each came to is told before the next is asked for.</summary>
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
            // Where all failed on few rows, as where a rare class was not among them, more rows may do.
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

    /// <summary>As the trials count it, so that a search that was cut off knows what was spent before.</summary>
    private bool IsOver => _told.Sum(t => t.Seconds) >= settings.Seconds;

    private PlannedTrial? Draw(int number)
    {
        if (number < contenders.Count) return Plan(contenders[number], contenders[number].Defaults(task), 0);
        if (IsOver || Ranked(0).FirstOrDefault() is not { } leader) return null;
        var sample = leader.Trainer.Sample(task, new SplitMix64(SplitMix64.Mix((ulong)seed) ^ (ulong)number));
        return sample.Count > 0 ? Plan(leader.Trainer, sample, 0) : null; // else nothing to vary
    }

    private PlannedTrial Plan(ITrainer trainer, Hyperparameters hyperparameters, int rung)
    {
        var trial = new PlannedTrial(_planned.Count, rung, Divisor(rung), trainer, hyperparameters);
        _planned.Add(trial);
        return trial;
    }

    /// <summary>Of the trials of a rung that did not fail, the best first.</summary>
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

/// <param name="Number">From 0, in the order in which trials run.</param>
/// <param name="Rung">Step of successive halving, from 0.</param>
/// <param name="Divisor">It learns from one row in so many.</param>
public sealed record PlannedTrial(int Number, int Rung, int Divisor, ITrainer Trainer, Hyperparameters Hyperparameters)
{
    public TrialRecord Record(double? score, string? error, TimeSpan time, int rows) =>
        new(Number, Trainer.Name, Hyperparameters, score, time.TotalSeconds, error) { Rows = rows, Rung = Rung };

    /// <summary>Whether a record is what became of this very trial.</summary>
    public bool IsOf(TrialRecord record) =>
        (record.Number, record.Rung, record.Trainer) == (Number, Rung, Trainer.Name)
        && record.Hyperparameters.SequenceEqual(Hyperparameters);
}
