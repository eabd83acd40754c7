using Serverless.Learning.Trainers;

namespace Serverless.Learning.Search;

/// <summary>Keeps the finished trials of a search, so that an interrupted search continues where it stopped.</summary>
public interface ITrialStore
{
    /// <summary>The record of a trial that has finished; null where it has to be run.</summary>
    Task<TrialRecord?> FindAsync(PlannedTrial trial, CancellationToken cancellationToken);

    /// <param name="scorer">What the trial learned, where it is the best so far; else null.</param>
    Task SaveAsync(TrialRecord trial, Scorer? scorer, CancellationToken cancellationToken);

    /// <summary>The scorer of a trial that was the best when it was saved; null where it is gone.</summary>
    Task<Scorer?> LoadAsync(PlannedTrial trial, CancellationToken cancellationToken);

    /// <summary>Removes the scorer of a trial that another one has beaten.</summary>
    Task ForgetScorerAsync(int trial, CancellationToken cancellationToken);
}

/// <summary>Keeps nothing: every trial is run.</summary>
public sealed class NoTrialStore : ITrialStore
{
    public Task<TrialRecord?> FindAsync(PlannedTrial trial, CancellationToken cancellationToken) => Task.FromResult<TrialRecord?>(null);

    public Task SaveAsync(TrialRecord trial, Scorer? scorer, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Scorer?> LoadAsync(PlannedTrial trial, CancellationToken cancellationToken) => Task.FromResult<Scorer?>(null);

    public Task ForgetScorerAsync(int trial, CancellationToken cancellationToken) => Task.CompletedTask;
}
