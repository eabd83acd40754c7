namespace Serverless.Core.Training;

public enum RunStage
{
    Reading, Training, Evaluating, Registering,

    /// <summary>A dropped file was read and its rows count; a training run follows.</summary>
    Accepted,

    /// <summary>Ended with a version, promoted or not, or with nothing to do.</summary>
    Completed,

    /// <summary>Ended: the data is unusable.</summary>
    Rejected,

    /// <summary>Ended by a fault of the product; it will be retried.</summary>
    Failed,

    /// <summary>Paused by the time limit; a queued message continues it.</summary>
    CutOff,
}

/// <param name="RunId">Equal for all updates of one run.</param>
/// <param name="Progress">Of the whole run, 0 to 1.</param>
/// <param name="Message">The current work, or how the run ended and why.</param>
public sealed record RunUpdate(
    string RunId, string Model, string File, RunStage Stage, double Progress, string Message)
{
    /// <summary>Completed runs only: whether the version went live. Null without a version.</summary>
    public bool? Promoted { get; init; }

    /// <summary>See <see cref="RunRecord.Intake"/>.</summary>
    public IReadOnlyList<string> Intake { get; init; } = [];

    public bool IsEnd =>
        Stage is RunStage.Accepted or RunStage.Completed or RunStage.Rejected or RunStage.Failed or RunStage.CutOff;
}

/// <summary>Publishes the progress of runs, for example to the embedded host's console.</summary>
public sealed class RunFeed
{
    /// <summary>Raised on the run's thread, so handlers must return quickly.</summary>
    public event Action<RunUpdate>? Updated;

    public void Publish(RunUpdate update) => Updated?.Invoke(update);
}
