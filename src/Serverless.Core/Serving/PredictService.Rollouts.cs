using System.Text;
using Serverless.Core.Registry;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

public sealed partial class PredictService
{
    private readonly ulong _firstRequest = FieldHash.Of(Encoding.UTF8.GetBytes(log.Instance));
    private long _requests;

    /// <summary>
    /// Answers while a roll-out is live. Whatever the challenger cannot do, the champion does: it is counted against
    /// the challenger, and the caller does not notice.
    /// </summary>
    private PredictOutcome PredictInRollout(ServedModel champion, LiveRollout rollout, in PredictCall call)
    {
        // A shadow answers nobody.
        if (rollout.State.Percent <= 0) return ByChampion(champion, rollout, call);
        var isChallengers = rollout.IsChallengers(champion, call, NextRequest());
        return isChallengers && ByChallenger(champion, rollout, call) is { } answer
            ? answer
            : ByChampion(champion, rollout, call);
    }

    /// <returns>Null where the champion has to answer.</returns>
    private PredictOutcome? ByChallenger(ServedModel champion, LiveRollout rollout, in PredictCall call)
    {
        if (rollout.Challenger is not { } challenger)
        {
            rollout.Recorder.Failed(RolloutSide.Challenger, rollout.LoadError!);
            return null;
        }

        try
        {
            var started = clock.GetTimestamp();
            var outcome = Predict(challenger, call, rollout, RolloutSide.Challenger);
            if (outcome is PredictOutcome.Answered answered)
            {
                var elapsed = Elapsed(call, started);
                rollout.Recorder.Answered(RolloutSide.Challenger, challenger.Signature, answered.Rows, elapsed);
                return outcome;
            }

            // Not every kind of model can be explained, or as many rows at once: that is no fault.
            if (call.Format.IsExplained) return null;

            // Rows that both refuse are the caller's mistake; those that the champion answers, the challenger has
            // failed.
            var byChampion = PredictBy(champion, call);
            if (outcome is PredictOutcome.Invalid { Errors: [var error, ..] } && byChampion is PredictOutcome.Answered)
            {
                rollout.Recorder.Failed(RolloutSide.Challenger, $"It refuses what the champion answers: {error}");
            }

            return byChampion;
        }
#pragma warning disable CA1031 // whatever a challenger throws must not reach the caller
        catch (Exception e)
#pragma warning restore CA1031
        {
            rollout.Recorder.Failed(RolloutSide.Challenger, $"{e.GetType().Name}: {e.Message}");
            return null;
        }
    }

    private PredictOutcome ByChampion(ServedModel champion, LiveRollout rollout, in PredictCall call)
    {
        var started = clock.GetTimestamp();
        try
        {
            var outcome = Predict(champion, call, rollout, RolloutSide.Champion);
            if (outcome is PredictOutcome.Answered answered)
            {
                var elapsed = Elapsed(call, started);
                rollout.Recorder.Answered(RolloutSide.Champion, champion.Signature, answered.Rows, elapsed);
            }

            return outcome;
        }
        catch (Exception e)
        {
            rollout.Recorder.Failed(RolloutSide.Champion, $"{e.GetType().Name}: {e.Message}");
            throw;
        }
    }

    /// <returns>Null where it does not count, since the answer is explained.</returns>
    private TimeSpan? Elapsed(in PredictCall call, long started) =>
        call.Format.IsExplained ? null : clock.GetElapsedTime(started);

    /// <summary>Different on each instance, and for each request.</summary>
    private ulong NextRequest() => _firstRequest + (ulong)Interlocked.Increment(ref _requests);
}
