using Microsoft.Extensions.Logging;
using Serverless.Core.Registry;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Models;

namespace Serverless.Core.Serving;

/// <summary>Follows the roll-outs in the aliases: loads the challenger and attaches it to the champion.</summary>
public sealed class RolloutFollower(
    ModelRegistry registry,
    PredictionLog predictions,
    RolloutLog log,
    ServingOptions options,
    TimeProvider clock,
    ILogger<RolloutFollower> logger)
{
    /// <param name="live">The roll-out in the aliases; null without a live one.</param>
    /// <exception cref="IOException">The store failed; the present state is kept.</exception>
    internal async Task FollowAsync(ServedModel champion, Rollout? live, CancellationToken cancellationToken)
    {
        var (before, wanted) = (champion.Rollout, live?.Against == champion.Version ? live : null);
        if (before?.State == wanted) return;
        var next = wanted is null ? null : await BeginAsync(champion, before, wanted, cancellationToken);
        champion.Rollout = next;
        if (next is not null)
        {
            ServingLog.RolloutStep(
                logger, champion.Name, next.State.Strategy, next.State.Version, next.State.Step, next.State.Percent);
        }

        if (before is null) return;
        if (before.Challenger is { } old && old != next?.Challenger) predictions.Retire(old);
        if (before.Shadow is { } shadow && shadow != next?.Shadow) await shadow.DisposeAsync();
    }

    /// <summary>Detaches a champion that <paramref name="version"/> replaces.</summary>
    /// <returns>That version if it is the loaded challenger; otherwise null.</returns>
    internal async Task<ServedModel?> EndAsync(ServedModel champion, int version)
    {
        if (champion.Rollout is not { } ended) return null;
        champion.Rollout = null;
        if (ended.Shadow is { } shadow) await shadow.DisposeAsync();
        if (ended.Challenger?.Version == version) return ended.Challenger;
        if (ended.Challenger is { } other) predictions.Retire(other);
        return null;
    }

    private async Task<LiveRollout> BeginAsync(
        ServedModel champion, LiveRollout? before, Rollout wanted, CancellationToken cancellationToken)
    {
        var (challenger, error) = before?.State.Version == wanted.Version
            ? (before.Challenger, before.LoadError)
            : await LoadAsync(champion, wanted.Version, cancellationToken);
        // Same step, so the counts continue.
        if (before?.State.IsSameStep(wanted) == true)
        {
            return new LiveRollout(wanted, challenger, error, before.Recorder, before.Shadow);
        }

        var recorder = log.Open(champion.Name, wanted);
        var shadow = wanted.Strategy == RolloutStrategy.Shadow
            ? new ShadowScoring(champion, challenger, error, recorder, clock, logger)
            : null;
        return new LiveRollout(wanted, challenger, error, recorder, shadow);
    }

    /// <summary>
    /// Loads the challenger once. If that fails, its requests count as failures, and it is rolled back.
    /// </summary>
    private async Task<(ServedModel? Challenger, string? Error)> LoadAsync(
        ServedModel champion, int version, CancellationToken cancellationToken)
    {
        var stored = await registry.ReadModelAsync(champion.Name, version, cancellationToken);
        try
        {
            var loaded = new ServedModel(champion.Name, version, stored.Load(), options);
            if (loaded.Signature.Task != champion.Signature.Task)
            {
                throw new ModelFileException($"Version {version} is of task {loaded.Signature.Task}, the champion of "
                    + $"{champion.Signature.Task}.");
            }

            predictions.Attach(loaded);
            return (loaded, null);
        }
        // Reads the file and scores a row with a trainer's code, whose exceptions must not stop the champion.
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            ServingLog.ChallengerLoadFailed(logger, champion.Name, version, e);
            return (null, $"It cannot be loaded: {e.Message}");
        }
    }
}
