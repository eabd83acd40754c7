using System.Text;
using Serverless.Core.Registry;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

public sealed partial class PredictService
{
    private readonly ulong _firstRequest = FieldHash.Of(Encoding.UTF8.GetBytes(log.Instance));
    private long _requests;

    /// <summary>
    /// Answers a request during a live roll-out. If the challenger fails, the failure is counted and the champion
    /// answers, unnoticed by the caller.
    /// </summary>
    private PredictOutcome PredictInRollout(ServedModel champion, LiveRollout rollout, in PredictCall call)
    {
        // A shadow answers no requests.
        if (rollout.State.Percent <= 0) return ByChampion(champion, rollout, call);
        var isChallengers = rollout.IsChallengers(champion, call, NextRequest());
        return isChallengers && ByChallenger(champion, rollout, call) is { } answer
            ? answer
            : ByChampion(champion, rollout, call);
    }

    /// <returns>Null if the champion has to answer.</returns>
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

            // Not a failure: some models cannot be explained, or only fewer rows at once.
            if (call.Format.IsExplained) return null;

            // Rows rejected by both are the caller's error; those accepted by the champion count as a failure of the
            // challenger.
            var byChampion = PredictBy(champion, call);
            if (outcome is PredictOutcome.Invalid { Errors: [var error, ..] } && byChampion is PredictOutcome.Answered)
            {
                rollout.Recorder.Failed(RolloutSide.Challenger, $"It rejects a row that the champion answers: {error}");
            }

            return byChampion;
        }
#pragma warning disable CA1031 // no exception of a challenger may reach the caller
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

    /// <returns>Null for explained answers, whose latency does not count.</returns>
    private TimeSpan? Elapsed(in PredictCall call, long started) =>
        call.Format.IsExplained ? null : clock.GetElapsedTime(started);

    /// <summary>Unique per instance and request.</summary>
    private ulong NextRequest() => _firstRequest + (ulong)Interlocked.Increment(ref _requests);
}
