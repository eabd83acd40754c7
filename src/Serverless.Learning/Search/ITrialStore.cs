using Serverless.Learning.Trainers;

namespace Serverless.Learning.Search;

/// <summary>Keeps the finished trials of a search, so that an interrupted search continues where it stopped.</summary>
public interface ITrialStore
{
    /// <summary>The record of a finished trial; null if it must be run.</summary>
    Task<TrialRecord?> FindAsync(PlannedTrial trial, CancellationToken cancellationToken);

    /// <param name="scorer">The trial's scorer if it is the best so far; otherwise null.</param>
    Task SaveAsync(TrialRecord trial, Scorer? scorer, CancellationToken cancellationToken);

    /// <summary>The scorer saved with a trial; null if it is gone.</summary>
    Task<Scorer?> LoadAsync(PlannedTrial trial, CancellationToken cancellationToken);

    /// <summary>Deletes the scorer of a trial that was beaten.</summary>
    Task ForgetScorerAsync(int trial, CancellationToken cancellationToken);
}

/// <summary>Stores nothing: every trial is run.</summary>
public sealed class NoTrialStore : ITrialStore
{
    public Task<TrialRecord?> FindAsync(PlannedTrial trial, CancellationToken cancellationToken) =>
        Task.FromResult<TrialRecord?>(null);

    public Task SaveAsync(TrialRecord trial, Scorer? scorer, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Scorer?> LoadAsync(PlannedTrial trial, CancellationToken cancellationToken) =>
        Task.FromResult<Scorer?>(null);

    public Task ForgetScorerAsync(int trial, CancellationToken cancellationToken) => Task.CompletedTask;
}
