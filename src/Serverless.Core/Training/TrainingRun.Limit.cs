using Serverless.Learning.Numerics;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>Handles runs cut off by the function's time limit.</summary>
internal sealed partial class TrainingRun
{
    /// <summary>
    /// Number of invocations in a row without a finished trial after which the trial counts as failed.
    /// </summary>
    public const int MaxFruitlessRuns = 2;

    /// <summary>Defers the run to the next invocation before it begins.</summary>
    public RunRecord Defer() =>
        Report(CutOff($"Deferred: another run of {_model} used the whole time limit of {Limit:c}.", request.Fruitless));

    /// <summary>Ends the run before it begins, since there is nothing to learn from.</summary>
    public RunRecord EndWithout(string message) => Report(End(RunOutcome.NothingToDo, message, []));

    private async Task<RunRecord> LeaveUnreadAsync(CancellationToken cancellationToken)
    {
        var fruitless = request.Fruitless + 1;
        if (fruitless < MaxFruitlessRuns)
        {
            return CutOff($"The data was not read within the time limit of {Limit:c}; it starts over.", fruitless);
        }

        return await RefuseAsync(
            $"The data was not read within the time limit of {Limit:c}, {fruitless} times in a row. Drop less data at "
            + $"once, or raise {SettingNames.TrainingLimit}.",
            cancellationToken);
    }

    /// <summary>
    /// Leaves the rest to the next invocation. A trial that did not finish in whole invocations of its own counts as
    /// failed, since others may still give a model.
    /// </summary>
    private async Task<RunRecord> LeaveAsync(MakeOutcome.CutOff outcome, CancellationToken cancellationToken)
    {
        var (trial, ran) = outcome.Cut;
        var fruitless = ran > 0 ? 0 : request.Fruitless + 1;
        if (fruitless < MaxFruitlessRuns)
        {
            return CutOff(
                $"The time limit of {Limit:c} was reached after "
                + $"{NumberFormat.Count(outcome.Finished, "finished trial")};"
                + " the next invocation continues from there.",
                fruitless);
        }

        var failure = $"It did not end within the time limit of {Limit:c}, {fruitless} times in a row. Give it less "
            + $"data, or raise {SettingNames.TrainingLimit}.";
        await Checkpoint.SaveAsync(
            trial.Record(null, failure, fruitless * Limit, rows: 0) with { IsCutOff = true },
            scorer: null,
            cancellationToken);
        return CutOff($"Trial {trial.Number} ({trial.Trainer.Name}) counts as failed. {failure}", fruitless: 0);
    }

    private RunRecord CutOff(string message, int fruitless) =>
        End(RunOutcome.CutOff, message, []) with { Continuation = request with { Fruitless = fruitless } };
}
