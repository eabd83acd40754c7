namespace Serverless.Core.Training;

public enum RunStage
{
    Reading, Training, Evaluating, Registering,

    /// <summary>Ended with a version, promoted or not, or with nothing to do.</summary>
    Completed,

    /// <summary>Ended: the data cannot be used.</summary>
    Rejected,

    /// <summary>Ended by a fault of ours; it will be tried again.</summary>
    Failed,

    /// <summary>Ended for now, by the time limit; a message asks to go on.</summary>
    CutOff,
}

/// <param name="RunId">Same for all updates of one run.</param>
/// <param name="Progress">Of the whole run, 0 to 1.</param>
/// <param name="Message">For people: what is being done, or how it ended and why.</param>
public sealed record RunUpdate(
    string RunId, string Model, string File, RunStage Stage, double Progress, string Message)
{
    /// <summary>Of a completed run: whether its version went live. Null where it made none.</summary>
    public bool? Promoted { get; init; }

    public bool IsEnd => Stage is RunStage.Completed or RunStage.Rejected or RunStage.Failed or RunStage.CutOff;
}

/// <summary>What runs do, as it happens; the embedded host's console listens.</summary>
public sealed class RunFeed
{
    /// <summary>Raised on the run's own thread: return quickly.</summary>
    public event Action<RunUpdate>? Updated;

    public void Publish(RunUpdate update) => Updated?.Invoke(update);
}
